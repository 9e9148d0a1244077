"""Mentorships: from the wait or the offer to the answer."""

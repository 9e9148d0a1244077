"""Gatherings of homes: invitations, answers, the waiting list, attendance, calendars."""

"""The weekends of contact families and the meetings of contact persons: reported, confirmed, corrected."""

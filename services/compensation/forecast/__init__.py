"""What a year comes to: what has been approved, and what runs today as it would go on."""

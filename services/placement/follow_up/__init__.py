"""What follows a placement: its team, its plans, and what was considered of it."""

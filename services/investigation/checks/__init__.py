"""What the registers answer about the adults of a home (registerkontroll)."""

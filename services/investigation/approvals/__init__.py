"""What a home is approved for, and until when (godkännande)."""

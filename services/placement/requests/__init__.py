"""What a named person needs."""

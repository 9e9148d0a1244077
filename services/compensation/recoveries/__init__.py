"""What was paid too much, and how it is recovered."""

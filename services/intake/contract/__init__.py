"""What intake offers: its operations, the form of their bodies and views, and the events that it records."""

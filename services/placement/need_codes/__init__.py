"""The codes by which a municipality says what somebody needs."""

"""What whoever applied may do without logging in: follow the application, add to it, withdraw it."""

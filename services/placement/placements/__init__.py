"""The one way into a home, and the way out of it."""

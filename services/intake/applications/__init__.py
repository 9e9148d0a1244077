"""Interests (intresseanmälningar), from their receipt to their decision."""

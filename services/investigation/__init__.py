"""Investigation: from a qualified application to two people's decision on a home."""

"""The field terms that several services speak of, each defined once. Knows the words of contracts, and no service."""

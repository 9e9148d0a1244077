"""How are files and documents kept? Never in clear at rest, never through the broker."""

"""The steps of an investigation: meetings, visits and references, and which of them a municipality asks for."""

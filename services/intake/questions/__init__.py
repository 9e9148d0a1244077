"""A municipality's own questions for each assignment, in every version that was shown."""

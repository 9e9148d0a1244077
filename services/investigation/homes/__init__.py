"""Homes as the service knows them: who lives there, what they are used for."""

"""Claims of the homes: made, attached to, approved in full or in part, declined."""

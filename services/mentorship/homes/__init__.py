"""The service's own copy of the homes: where each lies and who lives there; nothing about any child."""

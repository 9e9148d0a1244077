"""Respite (avlastning) inside the network: asked for, offered, taken, done."""

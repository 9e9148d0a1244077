"""How does a message travel? Requests and replies, events from the outbox to the broker, and what stands in the broker.

A message that was confirmed is kept; what lies in a queue is sealed where it is personal.
"""

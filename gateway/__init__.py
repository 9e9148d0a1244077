"""The HTTP gateway: it knows HTTP and who asks, and passes each request to one operation of one service."""

"""What the gateway says of itself: OpenAPI's and AsyncAPI's descriptions, drawn from the routes and the contracts."""

"""How is something sealed, and found again? With a key per tenant; a sealed value opens for its purpose only."""

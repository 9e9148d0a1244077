"""How does a service run? Its settings, its entrypoints on nameko, its process. Nothing else knows nameko."""

"""The launcher behind ./hemvist."""

"""What anybody may read, and what keeps the open form from being flooded."""

"""What a municipality needs now, for anybody to read."""

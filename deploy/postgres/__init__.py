"""PostgreSQL as Hemvist needs it."""

"""Where postcodes have their middle, as the municipality says it."""

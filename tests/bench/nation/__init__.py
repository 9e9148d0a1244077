"""A nation on one platform: as many municipalities as Sweden has, and the years that they have worked with it."""

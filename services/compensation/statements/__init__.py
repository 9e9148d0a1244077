"""What a home is paid, explained: of a month, and of a year with the sums that the tax return asks for."""

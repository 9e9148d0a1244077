"""Which homes could meet a need, how well, and why."""

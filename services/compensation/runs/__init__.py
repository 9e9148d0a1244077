"""A month's pay run: complete, the same each time it is computed, and never changed once it is approved.

`agreed`, `entries`, `corrections` and `reckoning` are pure: what is known of a home goes in, its lines come out.
`extent`, `reading` and `writing` know the database; `commands` and `queries` what is asked.
"""

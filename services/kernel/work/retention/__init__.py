"""Weeding (gallring) as long work: a dry run that looks through every kind of file, and a run that looks at each one
that was due again and weeds it. What a kind of file is, and what the law says of it, a service declares in its room
`retention`.

A step is one unit of work: a file is there with all its parts, or gone with all of them.
"""

"""What is paid for a month, to the öre and to the day: a room for each kind of assignment.

Values in, values out. Who is paid by which channel, what was paid before and which lines are held is decided elsewhere.
The explanation of a line is in Swedish, as the home reads it in its statement.
"""

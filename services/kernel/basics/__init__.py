"""What is a day, a krona, a place, an id, the time? Values and small tools that everything else stands on.

Pure but for the clock, the log and the environment, which are read here and nowhere else.
"""

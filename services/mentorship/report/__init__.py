"""Does it work? Figures of the network (R31), masked where groups are small, and what homes say in a survey."""

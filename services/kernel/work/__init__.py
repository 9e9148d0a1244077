"""How is work carried out? Each piece is one unit of work, done once, whatever brought it. Knows no nameko."""

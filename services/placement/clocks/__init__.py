"""The clocks of the law: by which day what has to be considered, decided or told."""

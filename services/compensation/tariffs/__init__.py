"""A municipality's own tariff: what an assignment pays, as the board adopted it for a year.

The recommendations of SKR (the association of municipalities and regions) are a starting point that a municipality
takes over as its own tariff (`recommended.csv`); no amount stands in this code.
"""

"""Handing an application over to another municipality, with the family's consent."""

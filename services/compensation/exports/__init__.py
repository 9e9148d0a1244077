"""An approved run as files for the municipality's own systems: PAXml and SIE, its own columns, or plain CSV.

`paxml`, `sie` and `tables` are pure: lines in, bytes out, the same bytes each time.
"""

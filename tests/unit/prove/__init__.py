"""The rules of the rig: what it reckons, compares and hands on."""

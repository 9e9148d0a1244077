"""What is looked for in everything that is committed, a part of `./hemvist check`: secrets and personal numbers, and
libraries that are not the locked ones. Knows nothing about how anything runs.
"""

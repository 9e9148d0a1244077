"""Everything that the description describes is asked with made up input, by a municipality that would like to know what
another one has: `./hemvist fuzz`, and for a while in each run of the suite (`tests/e2e/test_description.py`).

`description` reads what is described; `town` fills a municipality with one of everything; `answers` judges an answer;
`asking` makes requests and asks them.
"""

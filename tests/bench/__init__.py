"""Measurements: which command answers which question.

`./hemvist bench` measures with a nation on the platform (`nation/`: 290 municipalities and their years), in some ten
minutes all of it, small; a single one with `--scale 1` as large as the nation is. It says in the end which goals were
held.

| Command | Question | Room |
|---|---|---|
| `bench fill` | a nation's rows, kept for the others | `nation/fill` |
| `bench day` | how quick is a working day at a constant rate, and where does it bend? | `nation/working` |
| `bench saturation` | how much is answered, beside a plain peer and a like monolith? | `saturation` |
| `bench growth` | what does a request cost with more municipalities, rows, replicas; does memory grow? | `larger` |
| `bench fairness` | do the others notice that one municipality floods the platform? | `fairness` |

`python -m tests.bench.<room>` (with .venv/bin/python) measures one thing with as much of it as there may be:

| Room | Question |
|---|---|
| `measure` | the interface beside the plain peer; from commit to effect; idle memory |
| `growth` | does a list or a filter cost the same with 100,000 rows as with 100? |
| `board` | does the board cost the same, however much lies behind it? |
| `search`, `matching`, `network`, `access` | to find a person, a home for a child, mentors, who was shown what |
| `pay` | a month's pay for a nation |
| `imports`, `duties`, `feed`, `files` | rows, duties, events, uploads: how many, how soon, how much memory |
"""

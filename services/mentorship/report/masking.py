"""Numbers of small groups are not shown, and can not be worked out from those that are (the act 2001:454: no sensitive
data in compilations). Pure: numbers in, numbers out.

A group is small with fewer than five: of homes, or of those of them that did what a figure counts. What is hidden in
one area could be had from the sum of all: so more is hidden until what is hidden together is of two areas and five at
least, and where no more is left the sum is hidden, too.
"""

from collections.abc import Sequence

SMALL = 5  #: fewer than so many homes, or answers, are a small group


def is_small(number: int) -> bool:
    """Whether somebody could be recognised; nobody can be in a group of none."""
    return 0 < number < SMALL


def hidden_rows(sizes: Sequence[int]) -> tuple[frozenset[int], bool]:
    """Which rows of a table are hidden, by the sizes of their groups; and whether the sums are hidden as well."""
    return _hidden([sizes], sizes)


def hidden_cells(counts: Sequence[int], wholes: Sequence[int]) -> tuple[frozenset[int], bool]:
    """Which cells of a column that counts homes are hidden, and whether its sum is: as of rows, and where the rest of
    what it is a part of (`wholes`) would be small, or would be had of several together."""
    rests = [whole - count for count, whole in zip(counts, wholes, strict=True)]
    hidden, sum_is_hidden = _hidden([counts, rests], counts)
    return hidden, sum_is_hidden or is_small(sum(counts)) or is_small(sum(rests))


def _hidden(groups: Sequence[Sequence[int]], sizes: Sequence[int]) -> tuple[frozenset[int], bool]:
    """Which places are hidden, so that of none of the groups that stand there something small is shown, nor could be
    worked out; and whether the sums are. The smallest others are hidden first."""
    hidden = {place for group in groups for place, size in enumerate(group) if is_small(size)}
    left = sorted((size, place) for place, size in enumerate(sizes) if size > 0 and place not in hidden)

    def is_told() -> bool:
        return any(_can_be_worked_out([group[place] for place in hidden]) for group in groups)

    while is_told() and left:
        hidden.add(left.pop(0)[1])
    return frozenset(hidden), is_told()


def _can_be_worked_out(sizes: Sequence[int]) -> bool:
    """Whether the sum of all would give away what is hidden: of one row alone, or of a group that is small together."""
    return bool(sizes) and (len(sizes) == 1 or is_small(sum(sizes)))

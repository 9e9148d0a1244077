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
    hidden = {place for place, size in enumerate(sizes) if is_small(size)}
    left = sorted((size, place) for place, size in enumerate(sizes) if size >= SMALL)
    while _can_be_worked_out([sizes[place] for place in hidden]) and left:
        hidden.add(left.pop(0)[1])
    return frozenset(hidden), _can_be_worked_out([sizes[place] for place in hidden])


def hidden_cells(counts: Sequence[int], wholes: Sequence[int]) -> tuple[frozenset[int], bool]:
    """Which cells of a column that counts homes are hidden, and whether its sum is: as of rows, and where the rest of
    what it is a part of (`wholes`) would be small."""
    sizes = [_size(count, whole - count) for count, whole in zip(counts, wholes, strict=True)]
    hidden, sum_is_hidden = hidden_rows(sizes)
    total, whole = sum(counts), sum(wholes)
    return hidden, sum_is_hidden or is_small(total) or is_small(whole - total)


def _size(count: int, rest: int) -> int:
    """By what a cell is judged: by the small group that it shows, if there is one."""
    return min((number for number in (count, rest) if is_small(number)), default=count)


def _can_be_worked_out(sizes: Sequence[int]) -> bool:
    """Whether the sum of all would give away what is hidden: of one row alone, or of a group that is small together."""
    return bool(sizes) and (len(sizes) == 1 or is_small(sum(sizes)))

"""What a process that has started does about garbage."""

import gc

_OFTEN = 10_000  #: more objects made than given up, after which the youngest are looked through


def settle() -> None:
    """What is there now stays: it is not looked through for garbage again, which takes tens of milliseconds in the
    middle of somebody's request; and the young are looked through once in several requests, not several times in
    one."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OFTEN, 10, 10)

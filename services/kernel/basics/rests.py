"""Who rests: whoever has had a part of what all share pauses, so that the others have room meanwhile."""


class Rests:
    """Until when each rests. Instants are seconds of one clock, whichever that is."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def begin(self, name: str, until: float) -> None:
        """It rests from now on; who rests already does so for the longer of both."""
        self._until[name] = max(until, self._until.get(name, until))

    def now(self, at: float) -> set[str]:
        """Who rests at that instant; whoever has rested is forgotten."""
        self._until = {name: until for name, until in self._until.items() if until > at}
        return set(self._until)

    def left(self, at: float, most: float) -> float:
        """Seconds until the first of them has rested, at most so many."""
        return min([most, *(max(0.0, until - at) for until in self._until.values())])

"""Which runs are drawn behind the cost of the one that is shown."""

NEWEST = 12
"""So many runs are drawn where nobody has said anything: as many as can be followed by eye."""


class Eyes:
    """Open for the newest runs, and for those that a person opens."""

    def __init__(self) -> None:
        self._chosen: dict[int, bool] = {}
        self._newest: frozenset[int] = frozenset()

    def follow(self, numbers: list[int]) -> None:
        """Takes in the numbers of all runs, the oldest first."""
        self._newest = frozenset(numbers[-NEWEST:])
        self._chosen = {number: is_open for number, is_open in self._chosen.items() if number in numbers}

    def is_open(self, number: int) -> bool:
        return self._chosen.get(number, number in self._newest)

    def set_open(self, numbers: list[int], is_open: bool) -> None:
        self._chosen |= dict.fromkeys(numbers, is_open)

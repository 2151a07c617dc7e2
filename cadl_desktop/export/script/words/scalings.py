"""Scalings in a script: each takes the code of values and of the edges that they lie between, and gives that
of an offset and of a scale. `nonzero(width)`, which the script defines, gives 1 for a width of 0."""

Code = tuple[str, str]


def none(values: str, low: str, high: str) -> Code:
    return "0.0", "1.0"


def standardised(values: str, low: str, high: str) -> Code:
    return f"{values}.mean()", f"nonzero({values}.std())"


def standardised_per_column(values: str, low: str, high: str) -> Code:
    return f"{values}.mean(axis=0)", f"nonzero({values}.std(axis=0))"


def centred(values: str, low: str, high: str) -> Code:
    return f"({low} + {high}) / 2", f"nonzero({high} - {low})"


def square(values: str, low: str, high: str) -> Code:
    sides = f"({high} - {low})"
    longest = f"{sides}.max()"
    return f"({low} + {high} - 1.0) / 2 + ({longest} - {sides}) % 2 / 2", f"nonzero({longest})"


def unit(values: str, low: str, high: str) -> Code:
    return low, f"nonzero({high} - {low})"


def signed(values: str, low: str, high: str) -> Code:
    return f"({low} + {high}) / 2", f"nonzero(({high} - {low}) / 2)"

"""What is wrong with an experiment, by the field that says so."""

from collections.abc import Iterable

from cadl_desktop.experiment import Problem


def messages(problems: Iterable[Problem]) -> dict[str, str]:
    """The first message of each field."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field, problem.message)
    return found


def under(problems: dict[str, str], prefix: str) -> dict[str, str]:
    """The problems of one part, by the names of its settings."""
    start = f"{prefix}."
    return {field.removeprefix(start): text for field, text in problems.items() if field.startswith(start)}

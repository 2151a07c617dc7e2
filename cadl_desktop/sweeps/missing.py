"""What is said where the extra `sweep` isn't installed."""

from importlib.util import find_spec

from cadl_desktop.sentences import SentenceError

_PACKAGES = ("distributed", "optuna", "cmaes", "cryptography", "scipy", "wakepy")


class MissingError(SentenceError):
    """Sweeps need packages that aren't there."""


def require_extra() -> None:
    """Raises MissingError where a sweep could not be run."""
    if any(find_spec(name) is None for name in _PACKAGES):
        raise MissingError(
            "Sweeps need packages that are not installed; install them with: pip install "
            "'cadl-desktop[sweep]'."
        )

"""How what goes wrong where a window has something computed is told: to a person, and to the log."""

import logging
import pickle
from concurrent.futures import CancelledError
from dataclasses import dataclass
from traceback import format_exception

from cadl_desktop.sentences import SentenceError, sentence_of
from cadl_desktop.system.libraries import LoadError

NO_MEMORY = "There is not enough memory for this network; make layers or the batch smaller."
_OWN = ("builtins", "cadl_desktop.", "concurrent.")
"""How the names of modules begin whose errors the window knows."""


@dataclass(frozen=True)
class Failed:
    """Training ended with an error; `message` is for a person, `details` are for whoever mends what nobody
    expected."""

    message: str
    details: str = ""


class ForeignError(Exception):
    """An error of a library that the window doesn't load, in words."""


def failure_of(error: Exception) -> Failed:
    """How an error that has ended a training is told."""
    details = "".join(format_exception(error))
    if isinstance(error, SentenceError):
        return Failed(sentence_of(error), details if isinstance(error, LoadError) else "")
    if is_of_memory(error):
        return Failed(NO_MEMORY, details)
    kind = type(error).__name__
    text = f"Training ended with an error ({kind}); what was learned by then is there."
    return Failed(text, details)


def never_begun(error: OSError) -> Failed:
    """How it is told that no process to train in could be started."""
    kind = type(error).__name__
    text = f"Nothing can be trained ({kind}): close other programs, and press Train again."
    return Failed(text, "".join(format_exception(error)))


def crash_of(code: int, loaded: bool) -> Failed:
    """How it is told that the process that trains has ended, by a signal (below 0) or with an exit code, and
    whether it had `loaded` TensorFlow by then."""
    if not loaded:
        text = (
            f"TensorFlow can't be loaded, as the process that was to do it has ended ({code}); "
            "press Train to have it tried again."
        )
    elif code == -9:
        text = (
            "The training was ended by the system, most likely for want of memory; "
            "what was learned by its last moment is there."
        )
    else:
        text = f"The process that trains has ended ({code}); what was learned by its last moment is there."
    return Failed(text, f"exit code {code}")


def portable(error: Exception) -> Exception:
    """The same error, or one that says the same, which can be sent to a process without its library."""
    if is_of_memory(error):
        return MemoryError(str(error))
    if f"{type(error).__module__}.".startswith(_OWN) and _is_picklable(error):
        return error
    return ForeignError(f"{type(error).__name__}: {error}")


def log_error(to: logging.Logger, what: str, error: Exception) -> None:
    """A refusal in one line, which names no file; with its traceback what nobody has foreseen; and nothing of
    what was ended on purpose."""
    if isinstance(error, CancelledError):
        return
    if isinstance(error, SentenceError):
        to.info("%s was refused: %s", what, error.template)
    else:
        to.info("%s ended with an error", what, exc_info=error)


def _is_picklable(error: Exception) -> bool:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # whatever its constructor raises
        return False
    return True


def is_of_memory(error: Exception) -> bool:
    """Whether memory was short, of Python or of TensorFlow."""
    return isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"

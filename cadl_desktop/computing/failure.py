"""Errors of the computing process, worded for the user and for the log."""

import logging
import pickle
from concurrent.futures import CancelledError
from dataclasses import dataclass
from traceback import format_exception

from cadl_desktop.sentences import SentenceError, sentence_of
from cadl_desktop.system.libraries import LoadError

NO_MEMORY = "There is not enough memory for this network; make layers or the batch smaller."
_OWN = ("builtins", "cadl_desktop.", "concurrent.")
"""Prefixes of modules whose errors the window's process can unpickle."""


@dataclass(frozen=True)
class Failure:
    """Error that ended a training; `message` is for the user, `details` are for a report of a defect."""

    message: str
    details: str = ""


class ForeignError(Exception):
    """Stands for an error of a library that the window doesn't import; has its text."""


def failure_of(error: Exception) -> Failure:
    """Words an error that has ended a training."""
    details = "".join(format_exception(error))
    if isinstance(error, SentenceError):
        return Failure(sentence_of(error), details if isinstance(error, LoadError) else "")
    if is_out_of_memory(error):
        return Failure(NO_MEMORY, details)
    kind = type(error).__name__
    text = f"Training ended with an error ({kind}); what was learned by then is there."
    return Failure(text, details)


def start_failure(error: OSError) -> Failure:
    """Words the error that no computing process could be started."""
    kind = type(error).__name__
    text = f"Nothing can be trained ({kind}): close other programs, and press Train again."
    return Failure(text, "".join(format_exception(error)))


def crash_failure(code: int, loaded: bool) -> Failure:
    """Words the unexpected end of the computing process, by its exit code (negative for a signal) and by
    whether TensorFlow had been `loaded`."""
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
    return Failure(text, f"exit code {code}")


def sendable_error(error: Exception) -> Exception:
    """The error, or an equivalent one that can be unpickled in a process without its library."""
    if is_out_of_memory(error):
        return MemoryError(str(error))
    if f"{type(error).__module__}.".startswith(_OWN) and _is_picklable(error):
        return error
    return ForeignError(f"{type(error).__name__}: {error}")


def log_error(to: logging.Logger, what: str, error: Exception) -> None:
    """Logs an error: refusals in one line that names no file, unexpected errors with their traceback, and
    cancellations not at all."""
    if isinstance(error, CancelledError):
        return
    if isinstance(error, SentenceError):
        to.info("%s was refused: %s", what, error.template)
    else:
        to.info("%s ended with an error", what, exc_info=error)


def _is_picklable(error: Exception) -> bool:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # whatever the error's constructor raises
        return False
    return True


def is_out_of_memory(error: Exception) -> bool:
    """Whether Python or TensorFlow ran out of memory."""
    return isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"

"""Workaround for PySide: errors in overridden methods stay Python errors, and don't crash the process."""

import sys
from collections.abc import Callable
from functools import cache, wraps
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import FunctionType
from typing import Any

from PySide6.QtCore import QObject

Method = Callable[..., Any]
_ROOT = QObject.__mro__[1]
"""Base class of everything that Qt has: widgets, layouts, graphics items."""


def keep_errors_whole() -> None:
    """Wraps overridden Qt methods of classes defined from now on: errors are caught and raised again.

    Before Python 3.12 an error raised in C, such as a list's IndexError, becomes an exception object only
    when it is caught, and PySide (6.10 to 6.11.3) takes what leaves an override for one: a crash.
    """
    if sys.version_info < (3, 12):
        _ROOT.__init_subclass__ = classmethod(_with_whole_errors)  # type: ignore[assignment]


def _with_whole_errors(made: type, /, **named: Any) -> None:
    super(_ROOT, made).__init_subclass__(**named)  # type: ignore[arg-type]
    of_qt = [vars(each) for each in made.__mro__ if each.__module__.startswith("PySide6.")]
    beside = [each for each in made.__mro__ if not issubclass(each, _ROOT)]
    for each in (made, *beside):
        for name, method in list(vars(each).items()):
            is_plain = isinstance(method, FunctionType) and not name.startswith("__")
            if is_plain and not hasattr(method, "__wrapped__") and any(name in names for names in of_qt):
                setattr(each, name, _whole(method))


def _whole(method: FunctionType) -> Method:
    """Wrapper with the method's number of arguments, which signals inspect."""
    code = method.__code__
    varies = code.co_flags & (CO_VARARGS | CO_VARKEYWORDS) or code.co_kwonlyargcount or method.__defaults__
    return method if varies else wraps(method)(_maker(code.co_argcount)(method))


@cache
def _maker(count: int) -> Callable[[Method], Method]:
    names = ", ".join(f"argument_{index}" for index in range(count))
    found: dict[str, Any] = {}
    exec(
        f"def make(method):\n"
        f"    def called({names}):\n"
        f"        try:\n"
        f"            return method({names})\n"
        f"        except BaseException:\n"
        f"            raise\n"
        f"    return called\n",
        found,
    )
    make: Callable[[Method], Method] = found["make"]
    return make

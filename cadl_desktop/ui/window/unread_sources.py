"""Keeps Qt for Python from reading the source of whatever is imported."""

import sys

import PySide6.QtCore  # noqa: F401  # which brings along what reads them


def leave_sources_unread() -> None:
    """It looks in them for its own name, as some may want Qt's names spelled otherwise; here nobody does.

    Of the window's 700 files it keeps 19 MB. What it is told instead is nowhere promised: where another
    version has no such function, sources are read as before.
    """
    if (feature := sys.modules.get("shibokensupport.feature")) is not None:
        vars(feature)["_mod_uses_pyside"] = lambda module: False

"""Light, dark or what the system has: the whole application is dressed in what is chosen."""

from collections.abc import Iterator
from functools import cache
from typing import cast

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from cadl_desktop.ui.theme.dressing import Dressing
from cadl_desktop.ui.theme.stylesheet import stylesheet
from cadl_desktop.ui.theme.theme import DARK, LIGHT, Choice, Theme, notifier, text_font
from cadl_desktop.ui.theme.turns import Turns, see_again

_PIECE_SECONDS = 0.02


def set_theme(choice: Choice) -> None:
    """Colours the whole application at once, and tells everybody who draws for themselves."""
    change_theme(choice)
    _chooser().turns.finish()


def change_theme(choice: Choice) -> None:
    """The same in turns of the event loop."""
    _chooser().choose(choice)


def finish_dressing() -> None:
    """Dresses at once whatever still waits for it."""
    _chooser().turns.finish()
    _chooser().dressing.finish()


class _Chooser(QObject):
    """Remembers what was chosen; there is one, as there is one application."""

    def __init__(self) -> None:
        super().__init__()
        self._choice: Choice = "system"
        self.dressing = Dressing()
        self.turns = Turns(_PIECE_SECONDS, 0)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def choose(self, choice: Choice) -> None:
        self._choice = choice
        # Title bars and native dialogs follow too, where the platform lets us choose.
        QGuiApplication.styleHints().setColorScheme(_SCHEMES[choice])
        self.turns.add(_unseen(self._dressing(self._wanted())))

    @Slot()
    def _follow_system(self) -> None:
        if self._choice == "system":
            self.turns.add(_unseen(self._dressing(self._wanted())))

    def _dressing(self, colours: Theme) -> Iterator[None]:
        app = cast(QApplication, QApplication.instance())
        notifier().colours = colours
        yield from self.dressing.put_on(app, _palette(colours), text_font(), stylesheet(colours))
        yield
        notifier().changed.emit(colours)

    def _wanted(self) -> Theme:
        if self._choice == "system":
            system = QGuiApplication.styleHints().colorScheme()
            return DARK if system == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._choice == "dark" else LIGHT


def _unseen(steps: Iterator[None]) -> Iterator[bool | None]:
    """The same, while all windows stay as they are drawn from now on."""
    shown = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each.updatesEnabled()]
    for window in shown:
        window.setUpdatesEnabled(False)

    def taken() -> Iterator[bool | None]:
        try:
            yield from steps
            yield True  # what has changed is laid out
        finally:
            for window in filter(isValid, shown):
                see_again(window)

    return taken()


@cache
def _chooser() -> _Chooser:
    return _Chooser()


_SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


def _palette(colours: Theme) -> QPalette:
    """The theme as Qt's own widgets understand it."""
    role = QPalette.ColorRole
    found = QPalette()
    for name, colour in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.raised,
        role.AlternateBase: colours.surface,
        role.Text: colours.text,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.BrightText: colours.on_accent,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent,
        role.Accent: colours.accent,
        role.Light: colours.hover,
        role.Midlight: colours.hover,
        role.Mid: colours.border,
        role.Dark: colours.border,
        role.Shadow: colours.border,
    }.items():
        found.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        found.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.disabled))
    return found

"""Light, dark or what the system has: the whole application is dressed in what is chosen."""

from functools import cache
from typing import cast

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from cadl_desktop.ui.theme.dressing import Dressing
from cadl_desktop.ui.theme.sizing import SizedStyle, polish_all, resize_all
from cadl_desktop.ui.theme.stylesheet import stylesheet
from cadl_desktop.ui.theme.theme import DARK, LIGHT, Choice, Theme, notifier, text_font


def set_theme(choice: Choice) -> None:
    """Colours the whole application, and tells everybody who draws for themselves."""
    _chooser().choose(choice)


def set_size(per_cent: int) -> None:
    """Shows everything larger or smaller than at 100 %, at once."""
    _chooser().choose_size(per_cent)


def finish_dressing() -> None:
    """Dresses at once what can't be seen and still waits for it."""
    _chooser().dressing.finish()


class _Chooser(QObject):
    """Remembers what was chosen; there is one, as there is one application."""

    def __init__(self) -> None:
        super().__init__()
        self._choice: Choice = "system"
        self.dressing = Dressing()
        self._styled_for = 0.0
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def choose_size(self, per_cent: int) -> None:
        before, now = notifier().size, per_cent / 100
        if now != before:
            self.dressing.finish()
            polish_all()
            notifier().size = now
            resize_all(before, now, lambda: self._dress(notifier().colours))

    def choose(self, choice: Choice) -> None:
        self._choice = choice
        # Title bars and native dialogs follow too, where the platform lets us choose.
        QGuiApplication.styleHints().setColorScheme(_SCHEMES[choice])
        self._dress(self._wanted())

    @Slot()
    def _follow_system(self) -> None:
        if self._choice == "system":
            self._dress(self._wanted())

    def _dress(self, colours: Theme) -> None:
        app = cast(QApplication, QApplication.instance())
        notifier().colours = colours
        style = None
        if self._styled_for != notifier().size:
            self._styled_for = notifier().size
            style = QStyleFactory.create("Fusion") if notifier().size == 1.0 else SizedStyle()
        self.dressing.put_on(app, style, _palette(colours), text_font(), stylesheet(colours))
        notifier().changed.emit(colours)

    def _wanted(self) -> Theme:
        if self._choice == "system":
            system = QGuiApplication.styleHints().colorScheme()
            return DARK if system == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._choice == "dark" else LIGHT


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

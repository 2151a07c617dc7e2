"""Switches the whole application between light and dark, or follows the system."""

from functools import cache
from typing import cast

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from cadl_desktop.ui.theme.stylesheet import stylesheet
from cadl_desktop.ui.theme.theme import DARK, LIGHT, Choice, Theme, notifier, text_font

_SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


def set_theme(choice: Choice) -> None:
    """Applies a theme to the whole application."""
    _theme_switch().choose(choice)


class _ThemeSwitch(QObject):
    """The application's choice of theme; follows the system's colour scheme if that was chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._choice: Choice = "system"
        cast(QApplication, QApplication.instance()).setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def choose(self, choice: Choice) -> None:
        self._choice = choice
        # For title bars and native dialogs, where the platform supports it.
        QGuiApplication.styleHints().setColorScheme(_SCHEMES[choice])
        self._apply()

    @Slot()
    def _follow_system(self) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        colours, app = self._colours(), cast(QApplication, QApplication.instance())
        notifier().colours = colours
        app.setStyleSheet("")  # Qt takes four times as long to replace a stylesheet as to set one
        app.setPalette(_palette(colours))
        app.setFont(text_font())
        app.setStyleSheet(stylesheet(colours))
        notifier().changed.emit(colours)

    def _colours(self) -> Theme:
        if self._choice == "system":
            system = QGuiApplication.styleHints().colorScheme()
            return DARK if system == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._choice == "dark" else LIGHT


@cache
def _theme_switch() -> _ThemeSwitch:
    return _ThemeSwitch()


def _palette(colours: Theme) -> QPalette:
    """Palette of the theme for Qt's own widgets."""
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

"""Switches the whole application between light and dark, or follows the system."""

from collections.abc import Iterator
from functools import cache
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QWidget
from shiboken6 import isValid

from cadl_desktop.ui.theme.event_loop import TimeSlicer, alive, batches, resume_painting
from cadl_desktop.ui.theme.stylesheet import stylesheet
from cadl_desktop.ui.theme.theme import DARK, LIGHT, Choice, Theme, notifier, text_font

_SLICE_SECONDS = 0.02
_HIDDEN_SLICE_SECONDS, _HIDDEN_SLICE_EVERY_MS = 0.005, 10
_BATCH = 20
_OWN_STYLE, _POLISHED = Qt.WidgetAttribute.WA_SetStyle, Qt.WidgetAttribute.WA_WState_Polished

_SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


def set_theme(choice: Choice) -> None:
    """Applies a theme to the whole application before it returns."""
    change_theme(choice)
    _theme_switch().slicer.finish()


def change_theme(choice: Choice) -> None:
    """Applies a theme from the event loop, in slices."""
    _theme_switch().choose(choice)


def finish_restyling() -> None:
    """Restyles all remaining widgets now."""
    _theme_switch().slicer.finish()
    _theme_switch().restyler.finish()


class _ThemeSwitch(QObject):
    """The application's choice of theme; follows the system's colour scheme if that was chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._choice: Choice = "system"
        self.restyler = Restyler()
        self.slicer = TimeSlicer(_SLICE_SECONDS, 0)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def choose(self, choice: Choice) -> None:
        self._choice = choice
        # For title bars and native dialogs, where the platform supports it.
        QGuiApplication.styleHints().setColorScheme(_SCHEMES[choice])
        self.slicer.add(_without_painting(self._apply(self._colours())))

    @Slot()
    def _follow_system(self) -> None:
        if self._choice == "system":
            self.slicer.add(_without_painting(self._apply(self._colours())))

    def _apply(self, colours: Theme) -> Iterator[None]:
        app = cast(QApplication, QApplication.instance())
        notifier().colours = colours
        yield from self.restyler.apply(app, _palette(colours), text_font(), stylesheet(colours))
        yield
        notifier().changed.emit(colours)

    def _colours(self) -> Theme:
        if self._choice == "system":
            system = QGuiApplication.styleHints().colorScheme()
            return DARK if system == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._choice == "dark" else LIGHT


def _without_painting(steps: Iterator[None]) -> Iterator[bool | None]:
    """Runs steps with the painting of all windows suspended."""
    shown = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each.updatesEnabled()]
    for window in shown:
        window.setUpdatesEnabled(False)

    def suspended() -> Iterator[bool | None]:
        try:
            yield from steps
            yield True  # ends the slice: the changes are laid out
        finally:
            for window in filter(isValid, shown):
                resume_painting(window)

    return suspended()


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


class Restyler:
    """Applies another stylesheet to all widgets in slices, as all at once would block the window for more
    than 0.1 s. Visible widgets are restyled before anything is painted again; the others, in menus, panels
    and pages that aren't open, follow while the program is idle."""

    def __init__(self) -> None:
        self._left: list[QWidget] = []
        self._has_style = False
        self._slicer = TimeSlicer(_HIDDEN_SLICE_SECONDS, _HIDDEN_SLICE_EVERY_MS)

    def apply(self, app: QApplication, palette: QPalette, font: QFont, sheet: str) -> Iterator[None]:
        """Applies palette, font and stylesheet in steps; painting must be suspended in between."""
        yield from self.restyle_rest()
        widgets = [widget for widget in app.allWidgets() if not widget.testAttribute(_OWN_STYLE)]
        # Marked as having styles of their own, widgets aren't laid out again for the intermediate states.
        for widget in widgets:
            widget.setAttribute(_OWN_STYLE)
        deferred = list(filter(_can_be_deferred, widgets))
        for piece in batches(deferred):
            _unpolish(app.style(), piece)
            yield
        app.setStyleSheet("")  # Qt takes four times as long to replace a stylesheet as to set one
        yield
        if not self._has_style:
            self._has_style = True
            app.setStyle("Fusion")
        app.setPalette(palette)
        app.setFont(font)
        yield
        widgets = alive(widgets)
        seen, unseen = _by_depth(alive(deferred))
        self._left = seen + unseen
        for widget in self._left:
            widget.setAttribute(_POLISHED, False)
        left = set(self._left)
        for widget in widgets:
            if widget not in left:
                widget.setAttribute(_OWN_STYLE, False)
        app.setStyleSheet(sheet)
        for widget in self._left:
            widget.setAttribute(_OWN_STYLE, False)
        yield
        for _ in self.restyle_rest():
            yield
            if len(self._left) <= len(unseen):
                break
        self._slicer.add(self.restyle_rest())

    def finish(self) -> None:
        """Restyles all remaining widgets now."""
        self._slicer.finish()

    def restyle_rest(self) -> Iterator[None]:
        """Restyles the remaining widgets, a batch per step."""
        while self._left:
            piece, self._left = self._left[:_BATCH], self._left[_BATCH:]
            for widget in alive(piece):
                _polish(widget)
            yield


def _unpolish(style: QStyle, widgets: list[QWidget]) -> None:
    for widget in widgets:
        style.unpolish(widget)
        widget.setAttribute(_POLISHED, False)


def _can_be_deferred(widget: QWidget) -> bool:
    """Whether a widget can be restyled later. One with a font of its own would lose it to the stylesheet."""
    return widget.testAttribute(_POLISHED) and not widget.testAttribute(Qt.WidgetAttribute.WA_SetFont)


def _by_depth(widgets: list[QWidget]) -> tuple[list[QWidget], list[QWidget]]:
    """Visible and hidden widgets, parents before their children."""
    depths: dict[QWidget | None, int] = {None: -1}
    ordered = sorted(widgets, key=lambda widget: _depth(widget, depths))
    seen = [widget for widget in ordered if widget.isVisible()]
    return seen, [widget for widget in ordered if not widget.isVisible()]


def _depth(widget: QWidget, known: dict[QWidget | None, int]) -> int:
    """Nesting depth of a widget. Parents come first, as the layout of buttons depends on their bar."""
    if widget not in known:
        parent = widget.parentWidget()
        known[widget] = 1 + (known[None] if parent is None else _depth(parent, known))
    return known[widget]


def _polish(widget: QWidget) -> None:
    widget.style().polish(widget)
    widget.setAttribute(_POLISHED)
    QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
    widget.updateGeometry()

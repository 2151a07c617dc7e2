"""Settings that a method derives from the picture or its points: which do, and how forms show it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.methods.following import followable_paths
from cadl_desktop.experiment.methods.rules import METHODS
from cadl_desktop.ui.controls.looks import set_tip
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

FollowState = Literal["follows", "typed", ""]

_ARROW = 22
"""Width of a combo box's arrow in pixels."""
_TITLE, _LEAST, _GAP = 9 * GRID, 4 * GRID, 12
"""Pixels kept free for a choice's title, for a number at least, and beside a number."""
_BUTTON = 26


@dataclass(frozen=True)
class FollowedSettings:
    """Paths of the settings of an experiment, or of one part, that follow the picture, and of those that
    could."""

    follows: frozenset[str] = frozenset()
    could: frozenset[str] = frozenset()
    points: bool = False
    """Whether they follow the points of a curve rather than a picture."""

    def state(self, path: str) -> FollowState:
        if path in self.follows:
            return "follows"
        return "typed" if path in self.could else ""

    def of_part(self, head: str) -> "FollowedSettings":
        """The settings of one part, by their paths within it."""
        follows, could = (
            frozenset(path.removeprefix(f"{head}.") for path in paths if path.startswith(f"{head}."))
            for paths in (self.follows, self.could)
        )
        return FollowedSettings(follows, could, self.points)


@lru_cache(maxsize=1)
def followed_settings(experiment: Experiment) -> FollowedSettings:
    """Which settings of an experiment follow; cached, as every panel asks for it."""
    method = METHODS.get(experiment.method)
    if method is None:
        return FollowedSettings()
    return FollowedSettings(
        frozenset(experiment.follows), followable_paths(experiment), method.makes == "curve"
    )


class FollowRow(QWidget):
    """Row with a setting's control, which shows that the setting follows the picture, or has a button to let
    it follow again."""

    return_wanted = Signal()

    def __init__(self, control: QWidget, row: QHBoxLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control, self.row = control, row
        self.words: _FollowLabel | None = None
        self.button: QToolButton | None = None
        self._help = ""

    def show_following(self, state: FollowState, points: bool) -> None:
        """Shows the state. Label and button are created on demand, as few settings ever follow."""
        if state == "follows" and self.words is None:
            self._help = self.control.accessibleDescription()
            self.words = _FollowLabel(self.control)
        if state == "typed" and self.button is None:
            self.button = self._make_button()
        if self.words is not None:
            self._show_words(self.words, state == "follows", points)
        if self.button is not None:
            self._show_button(self.button, state == "typed", points)

    def _show_words(self, words: "_FollowLabel", on: bool, points: bool) -> None:
        words.show_words(("automatic", "auto") if on else ())
        typing = f"Set to suit the {_learned(points)}, until you set it yourself; then it stays."
        set_tip(self.control, f"{self._help} {typing}" if on else self._help)

    def _make_button(self) -> QToolButton:
        button = QToolButton()
        button.setFixedSize(_BUTTON, _BUTTON)
        set_icon(button, "follow", "muted")
        button.clicked.connect(self.return_wanted)
        self.row.insertWidget(self.row.indexOf(self.control) + 1, button)
        QWidget.setTabOrder(self.control, button)
        return button

    def _show_button(self, button: QToolButton, on: bool, points: bool) -> None:
        text = f"Make it automatic again, to suit the {_learned(points)}"
        button.setAccessibleName(f"{self.control.accessibleName()}: {text}")
        set_tip(button, f"{text}.")
        if button.hasFocus() and not on:
            self.control.setFocus()  # otherwise the focus would leave the form
        button.setVisible(on)


def _learned(points: bool) -> str:
    return "points" if points else "picture"


class _FollowLabel(QLabel):
    """Muted words at the right end of a control, hidden where the value needs the room."""

    def __init__(self, control: QWidget) -> None:
        super().__init__(control)
        self._control = control
        self._words: tuple[str, ...] = ()
        self.setProperty("small", True)
        self.setProperty("muted", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        control.installEventFilter(self)
        if isinstance(control, QLineEdit):
            control.textChanged.connect(self._fit)

    def show_words(self, words: tuple[str, ...]) -> None:
        """Shows the first of these texts that fits; nothing for an empty tuple."""
        self._words = words
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.FontChange):
            self._fit()
        return super().eventFilter(watched, event)

    @Slot()
    def _fit(self) -> None:
        right = _ARROW if isinstance(self._control, QComboBox) else GRID - 2
        room = self._control.width() - right - self._value_width()
        self.ensurePolished()
        text = next((words for words in self._words if self._width(words) <= room), "")
        self.setText(text)
        self.setVisible(bool(text))
        width = self._width(text) if text else 0
        self.setGeometry(self._control.width() - right - width, 0, width, self._control.height())
        if isinstance(self._control, QLineEdit):
            self._control.setTextMargins(0, 0, width, 0)

    def _value_width(self) -> int:
        """Width that the value takes, in pixels."""
        if not isinstance(self._control, QLineEdit):
            return _TITLE
        return max(_LEAST, self._control.fontMetrics().horizontalAdvance(self._control.text()) + _GAP)

    def _width(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + 2

"""Every page that comes along, walked by keyboard alone: played until its goal is reached, and left."""

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.lessons.pages import PAGES
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.lesson_progress import LessonProgress
from cadl_desktop.ui.lessons.control_rows import ChoiceRow, LessonButton, SliderRow, SwitchRow
from cadl_desktop.ui.lessons.figures.handle import HandleDot
from cadl_desktop.ui.lessons.page import LessonsPage
from cadl_desktop.ui.lessons.reading import Reading
from cadl_desktop.ui.settings.remembered import REACHED_LESSONS
from tests.leftovers import delete_garbage
from tests.lessons.playing import handle
from tests.settling import process_events, until
from tests.ui.driving import choose, show

SHIFT = Qt.KeyboardModifier.ShiftModifier


class Pupil:
    """Whose mouse is broken."""

    def __init__(self, qtbot: QtBot, page: LessonsPage) -> None:
        self.qtbot, self.page = qtbot, page

    @property
    def reached(self) -> bool:
        return self.page.reader.tick.reached

    def press(self, name: str, times: int = 1) -> None:
        for _ in range(times):
            button = self.page.stage.controls.rows[name]
            assert isinstance(button, LessonButton)
            assert button.isEnabled()
            button.setFocus()
            self.qtbot.keyClick(button, Qt.Key.Key_Space)

    def play(self, name: str) -> None:
        self.press(name)
        self.qtbot.waitUntil(lambda: not self.page.stage.controls.playing, timeout=60_000)

    def type(self, name: str, text: str) -> None:
        row = self.page.stage.controls.rows[name]
        assert isinstance(row, SliderRow)
        row.number.setFocus()
        self.qtbot.keyClick(row.number, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClicks(row.number, text)
        self.qtbot.keyClick(row.number, Qt.Key.Key_Return)

    def choose(self, name: str, key: str) -> None:
        row = self.page.stage.controls.rows[name]
        assert isinstance(row, ChoiceRow)
        choose(self.qtbot, row.chooser, key)

    def toggle(self, name: str) -> None:
        row = self.page.stage.controls.rows[name]
        assert isinstance(row, SwitchRow)
        row.box.setFocus()
        self.qtbot.keyClick(row.box, Qt.Key.Key_Space)

    def bring(self, name: str, x: float | None = None, y: float | None = None) -> None:
        """Moves a dot until it is nearer than one step."""
        for wanted, low, high, axis in (
            (x, Qt.Key.Key_Left, Qt.Key.Key_Right, "x"),
            (y, Qt.Key.Key_Down, Qt.Key.Key_Up, "y"),
        ):
            for _ in range(200):
                state = self.page._reading.demonstration
                assert state is not None
                stands = handle(state, name)
                left = 0.0 if wanted is None else wanted - getattr(stands, axis)
                if abs(left) <= 0.51 * stands.step:
                    break
                far = SHIFT if abs(left) > 10 * stands.step else Qt.KeyboardModifier.NoModifier
                self.qtbot.keyClick(self._dot(name), low if left < 0 else high, far)
            else:
                raise AssertionError(f"'{name}' doesn't come to {wanted}")

    def _dot(self, name: str) -> HandleDot:
        dots = [dot for view in self.page.stage.board.views if view.isVisible() for dot in view.dots]
        dot = next(dot for dot in dots if dot.isVisible() and dot.name == name)
        dot.setFocus()
        return dot


def error_and_cost(pupil: Pupil) -> None:
    pupil.bring("threshold", 0.5)
    pupil.press("claim")


def rolling_downhill(pupil: Pupil) -> None:
    pupil.press("step", 21)


def many_valleys(pupil: Pupil) -> None:
    pupil.press("local")
    pupil.bring("start", -0.6)
    pupil.press("global")


def learning_rate(pupil: Pupil) -> None:
    pupil.type("rate", "305")
    pupil.press("claim")


def two_parameters(pupil: Pupil) -> None:
    pupil.bring("start", *PARTED)


def first_weights(pupil: Pupil) -> None:
    pupil.type("spread", "0.1")
    pupil.press("claim")


def first_network(pupil: Pupil) -> None:
    pupil.type("rate", "0.1")
    pupil.play("train")


def batches(pupil: Pupil) -> None:
    pupil.toggle("shuffled")
    pupil.type("batch", "10")
    pupil.press("claim")


def more_neurons(pupil: Pupil) -> None:
    pupil.type("rate", "0.0005")
    pupil.press("claim")


def polynomials(pupil: Pupil) -> None:
    pupil.choose("degree", "4")
    pupil.choose("basis", "standardised")


def activations(pupil: Pupil) -> None:
    for number in range(1, 11):
        pupil.type("chosen", str(number))
        if number > 3:
            pupil.press("flat")
    for number, (middle, height) in enumerate(((0.2, 0.7), (-3.0, -0.65), (3.4, -0.7)), 1):
        pupil.type("chosen", str(number))
        pupil.bring("middle", x=middle)
        pupil.bring("steepness", y=height)


def layers(pupil: Pupil) -> None:
    for name, units in (("first", "9"), ("rows", "9"), ("second", "11")):
        pupil.type(name, units)
    pupil.press("claim")


def backpropagation(pupil: Pupil) -> None:
    pupil.type("rate", "0.15")
    pupil.press("next", 16)
    pupil.press("descend")


def training_and_test(pupil: Pupil) -> None:
    pupil.type("degree", "9")
    pupil.press("overfits")
    pupil.type("penalty", "0.01")
    pupil.press("mends")


def painting(pupil: Pupil) -> None:
    pupil.bring("pixel", 16.5, 31.5)
    pupil.press("claim")


def frequencies(pupil: Pupil) -> None:
    pupil.choose("way", "sine")
    pupil.type("frequency", "8")
    pupil.play("train")


PARTED = (0.14, 0.02)
WAYS: dict[str, Callable[[Pupil], None]] = {
    "01-error-and-cost": error_and_cost,
    "02-rolling-downhill": rolling_downhill,
    "03-many-valleys": many_valleys,
    "04-learning-rate": learning_rate,
    "05-two-parameters": two_parameters,
    "06-noise-and-first-weights": first_weights,
    "07-first-network": first_network,
    "08-batches": batches,
    "09-more-neurons": more_neurons,
    "10-polynomials": polynomials,
    "11-activations": activations,
    "12-layers": layers,
    "13-backpropagation": backpropagation,
    "14-training-and-test": training_and_test,
    "15-painting": painting,
    "17-frequencies": frequencies,
}
IN_STUDIO = {"16-homework"}


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> LessonsPage:
    page = LessonsPage(Reading(LessonProgress(session), PAGES))
    page.resize(1300, 760)
    show(qtbot, page)
    return page


def test_there_is_a_way_for_every_page() -> None:
    assert set(WAYS) | IN_STUDIO == {page.name for page in PAGES}


def test_every_goal_is_reached_by_keyboard_alone(qtbot: QtBot, page: LessonsPage) -> None:
    pupil = Pupil(qtbot, page)
    for place, known in enumerate(PAGES):
        page._reading.open(place)
        process_events(qtbot)
        assert not pupil.reached, known.name
        if known.name in WAYS:
            WAYS[known.name](pupil)
            assert pupil.reached, known.name
    assert set(REACHED_LESSONS.get()) == set(WAYS)


def test_a_hundred_pages_back_and_forth_leave_nothing_behind(qtbot: QtBot, page: LessonsPage) -> None:
    def counted() -> tuple[int, int, int]:
        delete_garbage(2)
        return len(QApplication.allWidgets()), len(page.findChildren(QTimer)), threading.active_count()

    def is_as_before() -> bool:
        *kept, threads = counted()
        return kept == [*before[:2]] and threads <= before[2]

    def through_all() -> None:
        for place in (*range(len(PAGES)), *reversed(range(len(PAGES)))):
            page._reading.open(place)
            QApplication.processEvents()

    through_all()
    before = counted()
    for _ in range(2):
        through_all()
    until(qtbot, is_as_before)  # a thread may end late: of a page, or of what was there before the first

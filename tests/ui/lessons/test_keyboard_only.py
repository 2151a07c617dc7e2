"""All shipped pages by keyboard alone: every goal is reached, and pages leak nothing."""

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.lessons.page_list import PAGES
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.lesson_progress import LessonProgress
from cadl_desktop.ui.lessons.control_panel import ChoiceRow, LessonButton, SliderRow, SwitchRow
from cadl_desktop.ui.lessons.figure_view import HandleDot
from cadl_desktop.ui.lessons.lessons_model import LessonsModel
from cadl_desktop.ui.lessons.page import LessonsPage
from cadl_desktop.ui.settings.settings_table import REACHED_LESSONS
from tests.leftovers import delete_garbage
from tests.lessons.demonstration_driver import handle
from tests.settling import WAIT, process_events, until
from tests.ui.driving import choose, show

SHIFT = Qt.KeyboardModifier.ShiftModifier


class KeyboardDriver:
    """Driver that uses a page by keyboard."""

    def __init__(self, qtbot: QtBot, page: LessonsPage) -> None:
        self.qtbot, self.page = qtbot, page

    @property
    def reached(self) -> bool:
        return self.page.text_panel.tick.reached

    def press(self, name: str, times: int = 1) -> None:
        for _ in range(times):
            button = self.page.stage.controls.rows[name]
            assert isinstance(button, LessonButton)
            assert button.isEnabled()
            button.setFocus()
            self.qtbot.keyClick(button, Qt.Key.Key_Space)

    def play(self, name: str) -> None:
        self.press(name)
        self.qtbot.waitUntil(lambda: not self.page.stage.controls.playing, timeout=WAIT)

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

    def move_handle(self, name: str, x: float | None = None, y: float | None = None) -> None:
        """Moves a handle by arrow keys to within a step of its target."""
        for wanted, low, high, axis in (
            (x, Qt.Key.Key_Left, Qt.Key.Key_Right, "x"),
            (y, Qt.Key.Key_Down, Qt.Key.Key_Up, "y"),
        ):
            for _ in range(200):
                state = self.page._model.demonstration
                assert state is not None
                current = handle(state, name)
                left = 0.0 if wanted is None else wanted - getattr(current, axis)
                if abs(left) <= 0.51 * current.step:
                    break
                far = SHIFT if abs(left) > 10 * current.step else Qt.KeyboardModifier.NoModifier
                self.qtbot.keyClick(self._dot(name), low if left < 0 else high, far)
            else:
                raise AssertionError(f"'{name}' doesn't come to {wanted}")

    def _dot(self, name: str) -> HandleDot:
        dots = [dot for view in self.page.stage.board.views if view.isVisible() for dot in view.dots]
        dot = next(dot for dot in dots if dot.isVisible() and dot.name == name)
        dot.setFocus()
        return dot


def error_and_cost(driver: KeyboardDriver) -> None:
    driver.move_handle("threshold", 0.5)
    driver.press("claim")


def rolling_downhill(driver: KeyboardDriver) -> None:
    driver.press("step", 21)


def many_valleys(driver: KeyboardDriver) -> None:
    driver.press("local")
    driver.move_handle("start", -0.6)
    driver.press("global")


def learning_rate(driver: KeyboardDriver) -> None:
    driver.type("rate", "305")
    driver.press("claim")


def two_parameters(driver: KeyboardDriver) -> None:
    driver.move_handle("start", *DIVERGING_START)


def first_weights(driver: KeyboardDriver) -> None:
    driver.type("spread", "0.1")
    driver.press("claim")


def first_network(driver: KeyboardDriver) -> None:
    driver.type("rate", "0.1")
    driver.play("train")


def batches(driver: KeyboardDriver) -> None:
    driver.toggle("shuffled")
    driver.type("batch", "10")
    driver.press("claim")


def more_neurons(driver: KeyboardDriver) -> None:
    driver.type("rate", "0.0005")
    driver.press("claim")


def polynomials(driver: KeyboardDriver) -> None:
    driver.choose("degree", "4")
    driver.choose("basis", "standardised")


def activations(driver: KeyboardDriver) -> None:
    for number in range(1, 11):
        driver.type("chosen", str(number))
        if number > 3:
            driver.press("flat")
    for number, (middle, height) in enumerate(((0.2, 0.7), (-3.0, -0.65), (3.4, -0.7)), 1):
        driver.type("chosen", str(number))
        driver.move_handle("middle", x=middle)
        driver.move_handle("steepness", y=height)


def layers(driver: KeyboardDriver) -> None:
    for name, units in (("first", "9"), ("rows", "9"), ("second", "11")):
        driver.type(name, units)
    driver.press("claim")


def backpropagation(driver: KeyboardDriver) -> None:
    driver.type("rate", "0.15")
    driver.press("next", 16)
    driver.press("descend")


def training_and_test(driver: KeyboardDriver) -> None:
    driver.type("degree", "9")
    driver.press("overfits")
    driver.type("penalty", "0.01")
    driver.press("mends")


def painting(driver: KeyboardDriver) -> None:
    driver.move_handle("pixel", 16.5, 31.5)
    driver.press("claim")


def frequencies(driver: KeyboardDriver) -> None:
    driver.choose("way", "sine")
    driver.type("frequency", "8")
    driver.play("train")


DIVERGING_START = (0.14, 0.02)
SOLUTIONS: dict[str, Callable[[KeyboardDriver], None]] = {
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
    page = LessonsPage(LessonsModel(LessonProgress(session), PAGES))
    page.resize(1300, 760)
    show(qtbot, page)
    return page


def test_every_page_has_a_solution() -> None:
    assert set(SOLUTIONS) | IN_STUDIO == {page.name for page in PAGES}


def test_every_goal_is_reached_by_keyboard_alone(qtbot: QtBot, page: LessonsPage) -> None:
    driver = KeyboardDriver(qtbot, page)
    for place, known in enumerate(PAGES):
        page._model.open(place)
        process_events(qtbot)
        assert not driver.reached, known.name
        if known.name in SOLUTIONS:
            SOLUTIONS[known.name](driver)
            assert driver.reached, known.name
    assert set(REACHED_LESSONS.get()) == set(SOLUTIONS)


def test_opening_a_hundred_pages_leaks_nothing(qtbot: QtBot, page: LessonsPage) -> None:
    def counted() -> tuple[int, int, int]:
        delete_garbage(2)
        return len(QApplication.allWidgets()), len(page.findChildren(QTimer)), threading.active_count()

    def is_as_before() -> bool:
        *kept, threads = counted()
        return kept == [*before[:2]] and threads <= before[2]

    def through_all() -> None:
        for place in (*range(len(PAGES)), *reversed(range(len(PAGES)))):
            page._model.open(place)
            QApplication.processEvents()

    through_all()
    before = counted()
    for _ in range(2):
        through_all()
    until(qtbot, is_as_before)  # a thread of a page, or of an earlier test, may end late

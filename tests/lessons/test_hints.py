"""Hints: each names what to do next, and doing what the last one says reaches the goal of its page."""

from collections.abc import Callable, Iterator
from dataclasses import replace as replace_studio
from itertools import chain

import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import preset
from cadl_desktop.lessons.demonstration import Button, Choice, Demonstration, Value
from cadl_desktop.lessons.demonstrations.activation_curves import COUNT
from cadl_desktop.lessons.demonstrations.backpropagation import Backpropagation
from cadl_desktop.lessons.demonstrations.error_and_cost import ErrorAndCost
from cadl_desktop.lessons.demonstrations.first_network import FirstNetwork
from cadl_desktop.lessons.demonstrations.frequencies import Frequencies
from cadl_desktop.lessons.demonstrations.rolling_downhill import RollingDownhill
from cadl_desktop.lessons.demonstrations.training_and_test import LEAST_PENALTY, TrainingAndTest
from cadl_desktop.lessons.page import Page, Studio
from cadl_desktop.lessons.page_list import PAGES, SINGLE, homework_hints
from tests.lessons.demonstration_driver import control, states_after_every_input

MOST_WORDS = 25


class Follower:
    """Person who does what the last hint says: whatever is done has to stand in it."""

    def __init__(self, state: Demonstration) -> None:
        self.state = state
        _, self.said = state.hints()

    def set(self, name: str, value: Value) -> None:
        known = control(self.state, name)
        shown = dict(known.options)[str(value)] if isinstance(known, Choice) else self._spelled(value)
        assert shown in self.said, self.said
        self.state = self.state.with_value(name, value)

    def press(self, name: str) -> None:
        known = control(self.state, name)
        assert isinstance(known, Button)
        assert known.possible
        assert f"“{known.label}”" in self.said, self.said
        self.state = self.state.after_press(name)

    def play(self, name: str) -> None:
        while (known := control(self.state, name)) and isinstance(known, Button) and known.possible:
            self.press(name)

    def move(self, name: str, x: float, y: float = 0.0, *, beside: float = 0.0) -> None:
        """Moves a handle to a place; `beside` is added to both, as pixels are clicked in their middle."""
        assert all(self._spelled(number) in self.said for number in (x, y) if number), self.said
        self.state = self.state.after_move(name, x + beside, y + beside)

    @staticmethod
    def _spelled(value: Value) -> str:
        return f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float | int) else str(value)


def error_and_cost(person: Follower) -> None:
    person.move("threshold", 0.5)
    person.press("claim")


def rolling_downhill(person: Follower) -> None:
    person.move("theta", 1)
    person.set("rate", 0.5)
    person.press("step")


def many_valleys(person: Follower) -> None:
    for start, name in ((-0.6, "global"), (0.2, "local")):
        if f"{start}" in person.said:
            person.move("start", start)
            person.press(name)


def learning_rate(person: Follower) -> None:
    person.set("rate", 305)
    person.press("claim")


def two_parameters(person: Follower) -> None:
    assert "“As at first”" in person.said
    person.state = type(person.state)()
    person.move("start", 0.14, 0.02)


def first_weights(person: Follower) -> None:
    person.set("spread", 0.1)
    person.press("claim")


def first_network(person: Follower) -> None:
    person.set("rate", 0.3)
    person.play("train")


def batches(person: Follower) -> None:
    assert "“Shuffled” on" in person.said
    person.state = person.state.with_value("shuffled", value=True)
    person.set("batch", 10)
    person.press("claim")


def more_neurons(person: Follower) -> None:
    person.set("neurons", 100)
    person.set("rate", 0.0002)
    person.press("claim")


def polynomials(person: Follower) -> None:
    person.set("degree", "4")
    person.set("basis", "orthogonal")
    person.set("rate", 0.02)


def activations(person: Follower) -> None:
    person.press("again")
    for number, (middle, height) in enumerate(((0, 0.6), (-3.2, -0.6), (3.2, -0.6)), 1):
        person.set("chosen", number)
        person.move("middle", middle)
        person.move("steepness", 0, height)
    assert f"4 to {COUNT} flat" in person.said
    for number in range(4, COUNT + 1):
        person.state = person.state.with_value("chosen", number).after_press("flat")


def layers(person: Follower) -> None:
    for name, units in (("first", 9), ("rows", 9), ("second", 11)):
        person.set(name, units)
    person.press("claim")


def backpropagation(person: Follower) -> None:
    person.press("again")
    person.set("rate", 0.15)
    assert "sixteen times" in person.said
    for _ in range(16):
        person.press("next")
    person.press("descend")


def training_and_test(person: Follower) -> None:
    if "overfits" in person.said:
        person.set("degree", 9)
        person.set("points", 15)
        assert "penalty as low as it goes" in person.said
        person.state = person.state.with_value("penalty", LEAST_PENALTY)
        person.press("overfits")
        _, person.said = person.state.hints()
    person.set("points", 900)
    person.set("penalty", 0.01)
    person.press("mends")


def painting(person: Follower) -> None:
    row, column = (int(words.split(",")[0]) for words in person.said.split("row ")[1].split("column "))
    person.move("pixel", column, row, beside=0.5)
    person.press("claim")


def frequencies(person: Follower) -> None:
    person.set("way", "sine")
    person.set("frequency", 8)
    person.play("train")


FOLLOWED: dict[str, Callable[[Follower], None]] = dict(
    zip(
        (page.name for page in PAGES if page.begin),
        (
            error_and_cost,
            rolling_downhill,
            many_valleys,
            learning_rate,
            two_parameters,
            first_weights,
            first_network,
            batches,
            more_neurons,
            polynomials,
            activations,
            layers,
            backpropagation,
            training_and_test,
            painting,
            frequencies,
        ),
        strict=True,
    )
)
"""What a person does on each page who follows its last hint."""


def open_states(page: Page) -> Iterator[Demonstration]:
    """Initial state of a page, and those after every possible input from which its goal is still to reach."""
    assert page.begin
    begun = page.begin()
    return (state for state in chain([begun], states_after_every_input(begun)) if not state.reached())


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES if page.begin])
def test_a_goal_is_reached_from_anywhere_by_what_its_last_hint_says(page: Page) -> None:
    for state in open_states(page):
        look, do = state.hints()
        assert 0 < len(look.split()) <= MOST_WORDS, look
        assert 0 < len(do.split()) <= MOST_WORDS, do
        person = Follower(state)
        FOLLOWED[page.name](person)
        assert person.state.reached(), (state, do)


def played(state: Demonstration, *names: str) -> Demonstration:
    """State after each of these buttons was pressed until it was no longer possible."""
    for name in names:
        while (known := control(state, name)) and isinstance(known, Button) and known.possible:
            state = state.after_press(name)
    return state


@pytest.mark.parametrize(
    ("begun", "tried"),
    [
        (ErrorAndCost(), ErrorAndCost().after_press("claim")),
        (RollingDownhill(), played(RollingDownhill(rate=1.1), "play")),
        (FirstNetwork(), played(FirstNetwork(), "train")),
        (Backpropagation(), played(Backpropagation(), "next").after_press("descend")),
        (TrainingAndTest(), TrainingAndTest().after_press("overfits")),
        (Frequencies(), played(Frequencies(), "train")),
    ],
)
def test_an_attempt_that_fails_is_a_miss(begun: Demonstration, tried: Demonstration) -> None:
    assert not begun.missed()
    assert tried.missed()


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES if page.begin])
def test_nothing_is_missed_before_it_is_tried(page: Page) -> None:
    assert page.begin
    assert not page.begin().missed()


def test_the_homework_s_hints_say_what_is_still_missing() -> None:
    shipped = Studio(SINGLE.experiment())
    own = Studio(replace(shipped.experiment, data=shipped.experiment.data.has(source="own")), first_cost=2.0)
    trained = replace_studio(own, epochs=100, cost=1.0)
    steps = [
        (Studio(preset("lecture-tanh")), "Your own"),
        (shipped, "Your own"),
        (own, "epoch 100"),
        (replace_studio(own, epochs=100, cost=2.5), "learning rate"),
        (trained, "Export"),
    ]
    for studio, wanted in steps:
        hints = homework_hints(studio)
        assert wanted in hints[1]
        assert all(0 < len(hint.split()) <= MOST_WORDS for hint in hints)

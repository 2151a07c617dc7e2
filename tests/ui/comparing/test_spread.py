"""Spread of groups: curves in bands, paintings with their deviations, and sentences from the background."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from pytestqt.qtbot import QtBot

from cadl_desktop.comparing.training import Kind, Setting, TrainingSet
from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment import preset
from cadl_desktop.session.background import Background
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.sweeps.plan.sweep_model import DESIGN, Choices
from cadl_desktop.ui.comparing.spread.view import SpreadView, deviation_image
from cadl_desktop.ui.theme.theme import run_colour, theme
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.comparing.sets import ACTIVATION, RATE, UNITS, a_set
from tests.settling import until, wait_for_background
from tests.ui.driving import choose, show, unnamed_controls

DESIGNS = Setting(DESIGN, "Design", Choices(("Wide", "Narrow")))
SAMPLES = samples_of(preset("lecture-tanh").data)
SINE = np.sin(np.linspace(-4, 4, 481))


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


@pytest.fixture
def view(qtbot: QtBot, background: Background) -> SpreadView:
    made = SpreadView(Selection(), background)
    made.resize(700, 600)
    show(qtbot, made)
    return made


def designs(
    costs: list[float | None], *, paints: bool = False, names: tuple[str, ...] = ("Wide", "Narrow")
) -> TrainingSet:
    """Seeds of designs in turns: sines that are shifted by their costs, or gradients that differ by them at
    the right; None diverged."""
    rows, columns = np.mgrid[0:12, 0:16]

    def made(cost: float) -> np.ndarray:
        if paints:
            painted = [12 * rows, 8 * columns + columns * cost, 120 + 0 * rows]
            return np.stack(painted, -1).astype(np.uint8)
        return (SINE + cost).astype(np.float32)

    base = a_set(len(costs), (DESIGNS,), kind="seeds", groups=names)
    trainings = [
        replace(each, value=cost, made=made(cost or 0.0), state="epochs" if cost is not None else "diverged")
        for each, cost in zip(base.trainings, costs, strict=True)
    ]
    return replace(base, trainings=tuple(trainings))


EIGHT = designs([0.1, 0.5, 0.2, 0.6, 0.3, None, 0.15, 0.4])


def test_two_designs_of_a_curve(qtbot: QtBot, view: SpreadView) -> None:
    view.show_trainings(EIGHT, SAMPLES)
    until(qtbot, lambda: "Of 16 pairs of runs “Wide” is better in 16" in view.words.text())
    assert view.words.text().split("\n")[0].endswith("more than luck.")
    curves = view.curves
    assert curves.key.accessibleName() == "observed, truth, Wide, Narrow"
    x, y = curves.layers[0].median.getData()
    assert (x[0], x[-1]) == pytest.approx((-4.0, 4.0), abs=0.3)
    assert y == pytest.approx(SINE + 0.175, abs=1e-6)
    assert np.isnan(curves.layers[1].lines.getData()[1]).sum() == 3  # a diverged training has no line
    said = "x 0.00 · Wide: 0.175 (0.1 to 0.3) · Narrow: 0.5 (0.4 to 0.6)"
    assert curves.readout_at(QPointF(0.0, 0.5))[0] == f"{said} · y 0.50"
    view.selection.select(7)
    assert curves.readout_at(QPointF(0.0, 0.5))[0] == f"{said} · Trial 7: 0.15 · y 0.50"
    assert curves.layers[2].median.getData()[1] == pytest.approx(SINE + 0.15, abs=1e-6)
    view.selection.select()
    assert not len(curves.layers[2].median.getData()[1])
    assert not view.chooser.isVisible()  # there is one grouping
    assert unnamed_controls(view) == []


def test_news_redraw_the_groups_that_have_them(
    qtbot: QtBot, view: SpreadView, background: Background
) -> None:
    running = replace(EIGHT, trainings=EIGHT.trainings[:6], wanted=8)
    view.show_trainings(running, SAMPLES)
    assert view.words.text().startswith("Cost of “Wide” over 3 seeds")
    first, second = (layer.median.getData()[1] for layer in view.curves.layers[:2])
    last = replace(EIGHT.trainings[7], is_over=False, state="training")
    view.show_trainings(replace(running, trainings=(*EIGHT.trainings[:7], last)), SAMPLES)
    assert view.curves.layers[0].median.getData()[1] is not first
    assert view.curves.layers[1].median.getData()[1] is second  # one that has begun doesn't count yet
    assert "over 4 seeds" in view.words.text()  # at once: a busy machine may take a minute to import a test
    view.hide()
    view.show_trainings(EIGHT, SAMPLES)
    wait_for_background(qtbot, background)
    assert "pairs" not in view.words.text()
    view.show()
    until(qtbot, lambda: "Of 16 pairs" in view.words.text())


def test_two_curves_against_one_another_are_drawn_over_one_another(qtbot: QtBot, view: SpreadView) -> None:
    both = designs([0.1, 0.5])
    live = tuple(replace(each, is_over=False, state="training") for each in both.trainings)
    view.show_trainings(replace(both, trainings=live, is_live=True), SAMPLES)
    assert [len(layer.median.getData()[1]) for layer in view.curves.layers[:3]] == [481, 481, 0]
    assert view.curves.readout_at(QPointF(0.0, 0.0))[0] == "x 0.00 · Wide: 0.1 · Narrow: 0.5 · y 0.00"
    until(qtbot, lambda: "None of these runs has ended yet" in view.words.text())


def test_a_grouping_is_chosen(qtbot: QtBot, view: SpreadView) -> None:
    four = replace(
        UNITS, path="layers.1.activation", title="Activation of layer 2", among=Choices(tuple("abcd"))
    )
    view.show_trainings(a_set(24, (RATE, four, ACTIVATION)), SAMPLES)
    assert view.chooser.isVisible()
    assert view.chooser.name() == ACTIVATION.path
    assert view.curves.key.accessibleName().endswith("Activation of layer 1: sine")
    until(qtbot, lambda: "Activation of layer 1: sine" in view.words.text())
    assert "groups are shown" not in view.words.text()
    choose(qtbot, view.chooser, four.path)
    until(qtbot, lambda: "Activation of layer 2: d" in view.words.text())
    assert view.words.text().endswith("3 of 4 groups are shown; choose runs to see theirs.")
    view.selection.select(4, 8)
    assert view.curves.key.accessibleName() == "observed, truth, Activation of layer 2: d, Trial 4, Trial 8"
    until(qtbot, lambda: view.words.text().startswith("Cost of “Activation of layer 2: d” over 6 runs"))


def test_paintings_show_where_seeds_differ(qtbot: QtBot, view: SpreadView) -> None:
    set_theme("light")
    view.show_trainings(
        replace(designs([0.0, 2.0, 4.0, None], paints=True, names=("Wide",)), settings=()), None
    )
    (first, second, _), words = view.paintings.panes, view.paintings.words
    told = "Wide: 3 paintings; deviation 8.66 in the mean, 17.3 at most"
    until(qtbot, lambda: words[0].text() == told)
    assert first.accessibleName() == f"Deviations. {told}"
    assert not second.isVisible()
    assert first.image.pixelColor(0, 3).lightness() > 220
    set_theme("dark")
    assert first.image.pixelColor(0, 3).lightness() < 60
    set_theme("light")
    pair = replace(designs([1.0, 2.0], paints=True), name="a pair")
    view.show_trainings(pair, None)
    until(qtbot, second.isVisible)
    assert words[1].text() == "Narrow: 1 painting"
    for size, axis in (((900, 500), QPoint.x), ((400, 800), QPoint.y)):
        view.resize(*size)
        until(qtbot, lambda axis=axis: axis(second.mapTo(view, QPoint()) - first.mapTo(view, QPoint())) > 150)
    assert first.empty_text == "Deviations need two paintings."
    assert unnamed_controls(view) == []


def test_the_view_says_why_it_is_empty(view: SpreadView) -> None:
    for trainings, words in (
        (a_set(0, (RATE,)), "How far runs lie apart is seen here"),
        (a_set(8, (RATE,)), "No two of these runs share a setting's value."),
    ):
        assert view.obstacle(trainings).startswith(words)
    nothing = replace(EIGHT, trainings=tuple(replace(each, made=None) for each in EIGHT.trainings))
    view.show_trainings(nothing, SAMPLES)
    assert view.curves.empty_text == "What they make comes with the first epochs."


def test_the_scale_of_deviations_never_follows_them() -> None:
    low = deviation_image(np.array([[0, 8]], np.float32))
    high = deviation_image(np.array([[0, 8, 64, 200]], np.float32))
    assert low.pixelColor(1, 0) == high.pixelColor(1, 0)
    assert high.pixelColor(2, 0) == high.pixelColor(3, 0)


@pytest.mark.parametrize("kind", ["seeds", "sweep"])
def test_colours_are_those_of_the_costs(view: SpreadView, kind: Kind) -> None:
    if kind == "sweep":
        trainings = a_set(24, (RATE, ACTIVATION, UNITS))
        view.show_trainings(trainings, SAMPLES)
    else:
        trainings = replace(designs([0.1, 0.5]), kind=kind)
        view.show_trainings(trainings, SAMPLES)
    places = {"seeds": [1, 2], "sweep": [1, 2, 3]}[kind]
    expected = [run_colour(theme(), place) for place in places]
    shown = [layer.median.opts["pen"].color().name() for layer in view.curves.layers[: len(expected)]]
    assert shown == expected
    assert len(set(shown)) == len(shown) > 1

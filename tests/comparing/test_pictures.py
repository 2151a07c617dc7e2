"""Arrangements of trainings by settings, places of their pictures, and differences between outputs."""

from dataclasses import replace

import numpy as np
import pytest

from cadl_desktop.comparing.arrangement import (
    EDGE,
    SCROLLED_SIZE,
    SIDE,
    Arrangement,
    arranged,
    fitted,
    natural_settings,
    points_of,
)
from cadl_desktop.comparing.outputs import Outputs, difference, pair_to_compare
from cadl_desktop.comparing.training import Setting, Training
from cadl_desktop.runs.events import Floats
from cadl_desktop.sweeps.plan.sweep_model import Choices, Point, Range
from tests.comparing.sets import ACTIVATION, RATE, UNITS, a_set, a_training

BAR = 12
SEVERAL = Setting("layers.1.activation", "Activation of layer 2", Choices(("a", "b", "c", "d")))
PAINTED = np.full((6, 8, 3), 100, np.uint8)


def by_number(count: int) -> Arrangement:
    return arranged(dict.fromkeys(range(1, count + 1), ()), None, None)


@pytest.mark.parametrize("ratio", [4 / 3, 0.5, None])
@pytest.mark.parametrize("count", [1, 2, 3, 8, 64, 200])
def test_pictures_fill_the_room_whatever_their_number(count: int, ratio: float | None) -> None:
    layout = fitted(by_number(count), ratio, 790, 600, BAR)
    assert layout.width <= 790
    assert layout.height <= 600
    assert 790 - layout.width < layout.across
    sides = next(iter(layout.tiles.values()))
    # One tile more to each side would not fit at this size of the pictures.
    width, height = sides.width - 2 * EDGE, sides.height - 2 * EDGE - layout.line
    if ratio is not None:
        width, height = min(width, round(height * ratio)), min(height, round(width / ratio))
    down = -(-count // layout.across)
    assert layout.across * (width + 40) > 790 or down * (height + 40 + layout.line) > 600
    assert len(set(layout.tiles.values())) == count
    assert (layout.line == 0) == (count == 200)  # words below small pictures would take half of their room


def test_two_pictures_are_as_large_as_they_fit() -> None:
    first, second = fitted(by_number(2), 4 / 3, 790, 600, BAR).tiles.values()
    assert first.width == second.width == 395
    # Curves may be stretched: both take all of the width, one below the other.
    first, second = fitted(by_number(2), None, 790, 600, BAR).tiles.values()
    assert (first.width, first.height + second.height) == (790, 600)


def test_a_thousand_pictures_are_scrolled_downwards() -> None:
    layout = fitted(by_number(1000), 4 / 3, 790, 600, BAR)
    tile = layout.tiles[1]
    assert layout.width <= 790 - BAR
    assert layout.height > 600
    assert SCROLLED_SIZE <= tile.width - 2 * EDGE < 1.5 * SCROLLED_SIZE


def test_tiles_never_overlap_and_keys_reach_every_one() -> None:
    points = points_of(a_set(60))
    for settings in ((None, None), (RATE, None), (None, ACTIVATION), (RATE, ACTIVATION)):
        layout = fitted(arranged(points, *settings), 1.0, 700, 700, BAR)
        pixels = {
            (x, y)
            for left, top, width, height in layout.tiles.values()
            for x in range(left, left + width)
            for y in (top, top + height - 1)
        }
        assert len(pixels) == sum(2 * box.width for box in layout.tiles.values())
        order = layout.order
        walked, at = set(), layout.beside(None, 1, 0, order)
        while at not in walked:
            walked.add(at)
            at = layout.beside(at, 1, 0, order)
        assert walked == set(range(1, 61))
        # Places of trials to come lie between those that can be chosen.
        begun = order[::7]
        assert layout.beside(order[0], 1, 0, begun) == begun[1]
        assert layout.beside(order[0], 0, 1, begun) in begun[1:]
        assert layout.beside(begun[-1], 1, 0, begun) == begun[-1]


@pytest.mark.parametrize(("room", "wide"), [((600, 600), 3), ((900, 120), 8)])
def test_columns_without_rows_go_on_below_where_they_find_no_room(room: tuple[int, int], wide: int) -> None:
    layout = fitted(arranged(points_of(a_set(8, (RATE,))), RATE, None), 1.0, *room, BAR)
    assert layout.across == wide
    assert layout.wraps == (wide < 8)
    for number, label in zip(range(1, 9), layout.columns, strict=True):
        box = layout.tiles[number]
        assert (box.left, box.top, box.width) == (label.left, label.top + label.height, label.width)


def test_each_value_has_a_column_or_a_row() -> None:
    few = arranged(points_of(a_set(8, (RATE, ACTIVATION))), RATE, ACTIVATION)
    assert (len(few.columns), len(few.rows), few.fullest) == (8, 3, 1)
    assert few.rows == ("tanh", "relu", "sine")  # as they are listed
    assert fitted(few, 1.0, 900, 900, BAR).tiles[1].left == SIDE
    # The last digits of a step depend on the machine; runs may lack a setting.
    steps = {1: ((RATE.path, 0.0005),), 2: ((RATE.path, 0.0005000000000000001),), 3: ()}
    apart = arranged(steps, RATE, None)
    assert apart.blocks == [[1, 2], [3]]


def test_choices_of_numbers_are_arranged_by_these_and_others_as_listed() -> None:
    sizes = Setting("batch_size", "Batch size", Choices(("200", "50", "1000")))
    words = Setting("cost", "Cost", Choices(("mse", "l1")))
    for setting, wanted in ((sizes, ("50", "200", "1000")), (words, ("mse", "l1"))):
        points: dict[int, Point] = {
            number: ((setting.path, value),) for number, value in enumerate(reversed(wanted), 1)
        }
        assert arranged(points, setting, None).columns == wanted


def test_a_grid_is_arranged_by_its_settings_and_trials_at_random_by_number() -> None:
    grid = replace(RATE, among=Range(0.1, 0.8))
    points = {
        number: ((grid.path, (number % 6) / 10), (SEVERAL.path, "abcd"[number // 6])) for number in range(24)
    }
    assert natural_settings(points, (SEVERAL, grid)) == (grid, SEVERAL)
    assert natural_settings(points_of(a_set(64, (RATE, ACTIVATION, UNITS))), (RATE, ACTIVATION)) == (
        None,
        None,
    )
    seeds = a_set(16, (ACTIVATION,))
    assert natural_settings(points_of(seeds), seeds.settings) == (ACTIVATION, None)


def test_differences_are_those_of_outputs_whatever_their_resolution() -> None:
    brighter = PAINTED + np.uint8(30)
    assert np.array_equal(difference(brighter, PAINTED), np.full((6, 8), 30.0))  # type: ignore[arg-type]
    finer = difference(np.kron(brighter, np.ones((2, 2, 1), np.uint8)), PAINTED)
    assert finer is not None
    assert finer.shape == (12, 16)
    assert np.all(finer == 30)
    line, coarse = np.linspace(0, 1, 481, dtype=np.float32), np.linspace(0, 1, 128, dtype=np.float32)
    assert np.abs(difference(line + 1, coarse) - 1).max() < 1e-6  # type: ignore[operator]
    # A tall picture can't be laid over a wide one, nor a curve over a picture.
    assert difference(PAINTED, PAINTED.transpose(1, 0, 2)) is None
    assert difference(line, PAINTED) is None


def test_all_of_an_output_is_asked_for_once_and_only_where_it_is_seen_large() -> None:
    asked: list[Training] = []
    news: list[None] = []

    def whole(training: Training, done: object) -> None:
        asked.append(training)
        assert callable(done)
        done(np.full((60, 80, 3), 300.0, np.float32))

    outputs = Outputs(whole, lambda: news.append(None))
    over, live = (a_training(number, (RATE,), 2, True, is_over=number == 1) for number in (1, 2))
    assert outputs.made(over, is_large=False) is over.made
    assert not asked
    for _ in range(3):
        made = outputs.made(over, is_large=True)
        assert made is not None
        assert made.shape == (60, 80, 3)
        assert made.max() == 255
    assert outputs.made(live, is_large=True) is live.made
    assert (asked, news) == ([over], [None])
    # What has been painted since takes the place of what was asked for.
    assert over.made is not None
    newer = replace(over, made=over.made.copy())
    asked.clear()
    assert outputs.made(newer, is_large=False) is newer.made
    outputs.compare_with(over, (over, live))
    assert np.log2(outputs.reach) % 1 == 0


def test_the_two_that_are_laid_over_one_another() -> None:
    def numbers(count: int, chosen: tuple[int, ...], baseline: int | None) -> tuple[int, ...]:
        pair = pair_to_compare(a_set(count), chosen, baseline)
        return tuple(each.number for each in pair)

    assert numbers(8, (5, 3), None) == (3, 5)
    assert numbers(8, (5,), 7) == (7, 5)
    assert numbers(8, (7,), 7) == numbers(8, (1, 2, 3), None) == numbers(8, (), 2) == ()
    assert numbers(2, (), None) == numbers(2, (2,), None) == numbers(2, (1, 2), 2) == (1, 2)
    assert numbers(2, (1,), 2) == (2, 1)


def test_a_late_answer_of_another_set_is_not_shown() -> None:
    answers: list[object] = []
    outputs = Outputs(lambda _, done: answers.append(done), lambda: None)
    training = a_training(1, (RATE,), 1, True)
    outputs.made(training, is_large=True)
    other = a_training(1, (RATE,), 1, True)
    outputs.made(other, is_large=True)
    whole: Floats = np.zeros((60, 80, 3), np.float32)
    assert callable(answers[0])
    answers[0](whole)
    assert outputs.made(other, is_large=False) is other.made

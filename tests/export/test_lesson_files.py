"""Lessons as files: figures of every page, as drawn and as written."""

import csv
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.export.lessons.page_files import drawn_figure, write_page
from cadl_desktop.export.plots.plot_files import pixels_of
from cadl_desktop.lessons.figure import (
    Arrow,
    Axis,
    Bars,
    Figure,
    Handle,
    Heights,
    Item,
    Line,
    Node,
    Picture,
    Points,
    Trail,
)
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.page import Page
from cadl_desktop.lessons.page_list import PAGES
from tests.export.test_plots import colours_of_svg, shows

Pixels = NDArray[np.uint8]
WITH_FIGURES = [pytest.param(page, id=page.name) for page in PAGES if page.begin]
UP = np.linspace(0.0, 1.0, 9)


def painted(figure: Figure, dpi: int = 60) -> Pixels:
    """Pixels of a figure, (height, width, 3)."""
    sheet = drawn_figure(figure)
    sheet.set_dpi(dpi)
    canvas = FigureCanvasAgg(sheet)
    canvas.draw()
    return pixels_of(canvas)


def figure_of(*items: Item, **axes: Axis) -> Figure:
    return Figure("test", "Title", items, **axes)


def rgb(name: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(getattr(LIGHT, name)[1:])
    return red, green, blue


def middle_of(picture: Pixels, colour: Sequence[int]) -> tuple[float, float]:
    """Mean position (across, down) of a colour, as shares of the picture."""
    down, across = np.nonzero(np.abs(picture.astype(int) - colour).max(axis=2) < 40)
    assert len(down) > 5
    return float(across.mean() / picture.shape[1]), float(down.mean() / picture.shape[0])


def page_of(number: int) -> Page:
    return PAGES[number - 1]


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_every_figure_of_a_page_can_be_drawn(page: Page) -> None:
    assert page.begin
    for figure in page.begin().as_in_lecture().figures():
        assert len(np.unique(painted(figure, 30).reshape(-1, 3), axis=0)) > 20


def test_the_page_about_rates_has_the_end_of_each(qapp: object, tmp_path: Path) -> None:
    files = write_page(tmp_path, page_of(4))
    figures = [f"04-learning-rate-{name}" for name in ("too-small", "your-rate", "too-large")]
    drawings = [f"{figure}{ending}" for figure in figures for ending in (".png", ".svg")]
    assert files == [*drawings, "04-learning-rate-ends.csv"]
    assert {path.name for path in tmp_path.iterdir()} >= set(files)
    for figure in figures:
        with Image.open(tmp_path / f"{figure}.png") as picture:
            assert picture.size == (1600, 1000)
            assert shows(np.asarray(picture.convert("RGB")), rgb("series"))
        assert shows(colours_of_svg(tmp_path / f"{figure}.svg"), rgb("truth"))
    with (tmp_path / files[-1]).open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["learning rate", "ends at point", "cost there"]
    numbers = np.array(rows, float)
    np.testing.assert_allclose(numbers[:, 0], LECTURE["L3"]["rates"])
    np.testing.assert_allclose(numbers[:, 1], LECTURE["L3"]["ends"], atol=0.06)
    np.testing.assert_allclose(numbers[:, 2], LECTURE["L3"]["costs"], atol=0.006)
    assert rows[1][0] == "1"


def test_the_same_page_gives_the_same_files(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        write_page(folder, page_of(2))
    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert first == second


def test_a_page_that_happens_in_the_studio_has_no_files(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    folder.mkdir()
    assert write_page(folder, Page("99-studio", "Studio", "Train.")) == []
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("item", "colour"),
    [
        (Line(UP, UP, "second"), "series_two"),
        (Points(UP, UP, "truth", size=8), "truth"),
        (Trail(UP, UP, size=12), "orange"),
        (Bars(np.arange(4.0), np.array([1.0, 3.0, 2.0]), "positive"), "blue"),
        (Arrow((0.0, 0.0), (1.0, 1.0), "negative", width=4), "orange"),
        (Node(0.5, 0.5, "in a box", "series", strong=True), "series"),
        (Handle("start", "Start", 0.5, 0.5), "text"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Item) else value,
)
def test_every_kind_of_item_is_drawn_in_its_colour(item: Item, colour: str) -> None:
    without = painted(figure_of(x=Axis(range=(-1.0, 4.0)), y=Axis(range=(-1.0, 4.0))))
    shown = painted(figure_of(item, x=Axis(range=(-1.0, 4.0)), y=Axis(range=(-1.0, 4.0))))
    new = shown[(shown != without).any(axis=2)]
    near = np.abs(new.astype(int) - rgb(colour)).max(axis=1) < 40
    assert near.sum() > 5


def test_the_first_row_of_a_picture_is_above_and_that_of_heights_below() -> None:
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[0] = rgb("orange")
    assert middle_of(painted(figure_of(Picture(picture))), rgb("orange"))[1] < 0.4
    values = np.zeros((9, 9))
    values[0] = 1.0
    shown = painted(figure_of(Heights(values, (0, 1), (0, 1)))).astype(int)
    dark = np.nonzero(shown.sum(axis=2) < 420)[0]
    assert np.median(dark) / shown.shape[0] > 0.6


@pytest.mark.parametrize(
    ("around", "is_where"),
    [(0.0, lambda across, down: across > 0.6), (90.0, lambda across, down: down < 0.45)],
)
def test_a_height_field_is_turned_as_in_the_window(around: float, is_where: object) -> None:
    """Unturned, the first axis ends at the right; after a quarter turn, at the back."""
    end = Points(np.array([0.95]), np.array([0.5]), "negative", size=14)
    shown = painted(figure_of(Heights(np.zeros((5, 5)), (0, 1), (0, 1), turned=(around, 60.0)), end))
    assert callable(is_where)
    assert is_where(*middle_of(shown, rgb("orange")))


def test_a_path_on_a_height_field_lies_at_the_heights_below_it() -> None:
    slope = np.tile(np.linspace(0.0, 1.0, 11), (11, 1))
    heights = Heights(slope, (0, 1), (0, 1), turned=(0.0, 5.0))
    ends = (
        figure_of(heights, Points(np.array([x]), np.array([0.5]), "negative", size=14)) for x in (0.1, 0.9)
    )
    (_, low), (_, high) = (middle_of(painted(figure), rgb("orange")) for figure in ends)
    assert high < low - 0.15


def test_the_end_of_a_path_lies_over_its_beginning() -> None:
    """Both are at the same position, the beginning slightly nearer to the viewer."""
    y = np.append(np.full(40, 0.45), np.full(40, 0.5))
    trail = Trail(np.full(80, 0.5), y, size=30)
    shown = painted(figure_of(Heights(np.zeros((5, 5)), (0, 1), (0, 1), turned=(0.0, 30.0)), trail))
    colours = shown.reshape(-1, 3).astype(int)
    warm, cool = (int((np.abs(colours - rgb(name)).max(axis=1) < 20).sum()) for name in ("orange", "blue"))
    assert warm > 2 * cool


def test_points_beyond_a_height_field_are_left_out() -> None:
    heights = Heights(np.zeros((5, 5)), (0, 1), (0, 1), turned=(0.0, 60.0))
    with_it = figure_of(heights, Points(np.array([3.0]), np.array([0.5]), "negative", size=14))
    assert not shows(painted(with_it), rgb("orange"))


def test_an_axis_can_be_logarithmic() -> None:
    line = Line(np.array([1.0, 10.0, 100.0]), np.array([1.0, 10.0, 100.0]), name="a power")
    sheet = drawn_figure(figure_of(line, x=Axis(logarithmic=True), y=Axis(logarithmic=True)))
    (axes,) = sheet.axes
    FigureCanvasAgg(sheet).draw()
    assert {"1", "10", "100"} <= {label.get_text() for label in axes.get_xticklabels()}
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a power"]


def test_a_unit_is_as_long_upwards_as_sideways_on_a_sheet_that_fits() -> None:
    corners = Points(np.array([0.0, 8.0]), np.array([0.0, 2.0]), "negative", size=10)
    square = dataclasses.replace(figure_of(corners), square=True)
    picture = painted(square)
    assert picture.shape[0] < 0.5 * picture.shape[1]
    down, across = np.nonzero(np.abs(picture.astype(int) - rgb("orange")).max(axis=2) < 40)
    assert np.ptp(across) / np.ptp(down) == pytest.approx(4, rel=0.1)

"""Plots and tables, as other programs read them."""

import csv
import dataclasses
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from matplotlib import rcParams
from matplotlib.figure import Figure
from msgspec.structs import replace
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.experiment import Part, Value, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.export.exports import EXPORTS, export, export_named, preview
from cadl_desktop.export.plots import run_plots
from cadl_desktop.export.plots.plot_files import cleared_after_use, save
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.runs.history import COLUMNS, History
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.engine.runs import small_painting
from tests.export.networks import MOMENTS, artists, filmed, untrained

CURVE = preset("lecture-tanh")
PLOTS = [entry.name for entry in EXPORTS if ".svg" in entry.suffixes]


@pytest.fixture(scope="module")
def trained() -> Trained:
    return untrained(CURVE, validation_cost=0.5, psnr=20.0)


def written(tmp_path: Path, what: str, ending: str, trained: Trained, **options: Value) -> Path:
    path = tmp_path / f"{what}{ending}"
    export(what, path, trained, export_named(what).job(options))
    return path


def rows_of(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def colours_of_svg(path: Path) -> np.ndarray[Any, Any]:
    """Pixels of an SVG drawn by Qt, (height, width, 3)."""
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    image = QImage(QSize(800, 500), QImage.Format.Format_RGB888)
    image.fill(QColor("white"))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(500, 800, 3).copy()


def colours_of_pdf(path: Path) -> np.ndarray[Any, Any]:
    """Pixels of a PDF drawn by pdfium."""
    with pypdfium2.PdfDocument(path) as document:
        assert len(document) == 1
        return np.asarray(document[0].render(scale=1.4).to_pil().convert("RGB"))


def shows(picture: np.ndarray[Any, Any], colour: tuple[int, int, int]) -> bool:
    """Whether enough pixels have approximately this colour."""
    near = np.abs(picture.astype(np.int64) - colour).max(axis=2) < 40
    return int(near.sum()) > 60


SERIES, BLACK = (0x0B, 0x7A, 0x6C), (0x1D, 0x20, 0x25)


@pytest.mark.parametrize("what", PLOTS)
def test_every_plot_opens_in_every_format_and_is_not_blank(
    qapp: object, tmp_path: Path, trained: Trained, what: str
) -> None:
    shown = {
        ".svg": colours_of_svg(written(tmp_path, what, ".svg", trained)),
        ".pdf": colours_of_pdf(written(tmp_path, what, ".pdf", trained)),
    }
    with Image.open(written(tmp_path, what, ".png", trained)) as picture:
        assert picture.size == (1600, 1000)
        shown[".png"] = np.asarray(picture.convert("RGB"))
    for ending, picture in shown.items():
        assert shows(picture, SERIES), f"no line in {ending}"
        assert shows(picture, BLACK), f"no axis titles in {ending}"
    assert len(rows_of(written(tmp_path, what, ".csv", trained))) > 3


@pytest.mark.parametrize("what", PLOTS)
def test_a_plot_leaves_no_artists_in_memory(tmp_path: Path, trained: Trained, what: str) -> None:
    """Reference cycles are freed by the garbage collector only, which takes up to a tenth of a second."""
    before = artists()
    written(tmp_path, what, ".svg", trained)
    job = export_named(what).job()
    job.ending = ".png"
    assert preview(export_named(what), trained, job).picture is not None
    assert artists() == before


@pytest.mark.parametrize("ending", [".svg", ".pdf", ".png"])
def test_the_same_run_gives_the_same_file(tmp_path: Path, trained: Trained, ending: str) -> None:
    first = written(tmp_path, "cost", ending, trained).read_bytes()
    assert written(tmp_path, "cost", ending, trained).read_bytes() == first


def test_a_plot_has_the_size_that_was_asked_for(tmp_path: Path, trained: Trained) -> None:
    with Image.open(written(tmp_path, "curve", ".png", trained, width=900, height=900)) as picture:
        assert picture.size == (900, 900)


@pytest.mark.parametrize("what", ["cost", "histograms", "network"])
def test_a_flat_plot_and_one_of_many_layers_have_room_for_all(tmp_path: Path, what: str) -> None:
    """If there is not enough, matplotlib warns and skips its layout."""
    deep = untrained(replace(CURVE, layers=CURVE.layers[:1] * 12))
    with Image.open(written(tmp_path, what, ".png", deep)) as plot:
        assert plot.size == (1600, 1000)
    with Image.open(written(tmp_path, what, ".png", deep, width=3000, height=200)) as plot:
        assert plot.size == (3000, 200)


@pytest.mark.parametrize("what", PLOTS)
def test_a_plot_without_history_is_empty(qapp: object, tmp_path: Path, trained: Trained, what: str) -> None:
    empty = Trained(CURVE, trained.state, History())
    assert shows(colours_of_svg(written(tmp_path, what, ".svg", empty)), BLACK)


def test_text_of_a_pdf_can_be_read(tmp_path: Path, trained: Trained) -> None:
    with pypdfium2.PdfDocument(written(tmp_path, "cost", ".pdf", trained)) as document:
        text = document[0].get_textpage().get_text_bounded()
    for word in ("Epoch", "Cost", "Training", "Validation"):
        assert word in text


def test_text_stays_text_when_plots_are_written_in_parallel(tmp_path: Path) -> None:
    def write(number: int) -> str:
        figure, path = Figure((2, 2)), tmp_path / f"{number}.svg"
        for place in range(1 if number % 2 else 20):
            figure.text(0.1, place / 20, f"words {place}")
        save(figure, path, 200)
        return path.read_text()

    before = rcParams["svg.fonttype"]
    with ThreadPoolExecutor(3) as pool:
        assert all("words 0" in re.findall(r"<text[^>]*>([^<]*)", svg) for svg in pool.map(write, range(24)))
    assert rcParams["svg.fonttype"] == before


def test_live_changes_are_marked(tmp_path: Path, trained: Trained) -> None:
    history = trained.history.copy()
    history.changes.append(Change(10, "rate", 0.125))
    changed = Trained(trained.experiment, trained.state, history)
    for marks, there in ((True, True), (False, False)):
        path = written(tmp_path, "cost", ".pdf", changed, marks=marks)
        with pypdfium2.PdfDocument(path) as document:
            text = document[0].get_textpage().get_text_range()
        assert ("0.125" in "".join(text.split())) is there


def test_a_name_that_looks_like_a_formula_is_text(tmp_path: Path, trained: Trained) -> None:
    history = trained.history.copy()
    history.changes.append(Change(7, "structure", r"weights from $\qq{$.h5"))
    drawn = written(tmp_path, "cost", ".svg", Trained(trained.experiment, trained.state, history))
    assert r"weights from $\qq{$.h5" in drawn.read_text(encoding="utf-8")


def words_of_svg(path: Path) -> set[str]:
    return set(re.findall(r">([^<>]+)</text>", path.read_text(encoding="utf-8")))


def curves_of_svg(path: Path) -> list[float]:
    """Opacities of the earlier fits, from back to front."""
    drawing = path.read_text(encoding="utf-8")
    return [float(found) for found in re.findall(r"stroke: #55a99d; stroke-opacity: ([\d.]+)", drawing)]


def test_a_curve_shows_which_points_are_held_out(qapp: object, tmp_path: Path, trained: Trained) -> None:
    rings = (0xA8, 0x47, 0x8F)
    assert not shows(colours_of_svg(written(tmp_path, "curve", ".svg", trained)), rings)
    held_out = untrained(replace(CURVE, validation=0.2))
    path = written(tmp_path, "curve", ".svg", held_out)
    assert shows(colours_of_svg(path), rings)
    assert {"Observed", "Held out", "Truth", "Fit"} <= words_of_svg(path)
    assert path.read_text(encoding="utf-8").count("stroke: #a8478f") >= 0.2 * 1000


def test_a_curve_is_dashed_where_there_are_no_points(trained: Trained) -> None:
    sine = np.sin(trained.positions[:, 0])
    styles, (left, right, within) = fits_of(dataclasses.replace(trained, known_prediction=sine))
    assert styles == ["--", "--", "-"]
    known = trained.samples.inputs[:, 0]
    assert known.min() <= within[0] < within[-1] <= known.max()
    assert (left[-1], right[0]) == (within[0], within[-1])
    assert (left[0], right[-1]) == (trained.positions[0, 0], trained.positions[-1, 0])
    assert fits_of(trained)[0] == ["-"]  # the rest leaves the plot


def fits_of(trained: Trained) -> tuple[list[str], list[NDArray[Any]]]:
    """Line styles and x of the parts of an exported fit."""
    with cleared_after_use(run_plots.CURVE.draw(trained, export_named("curve").job({}))) as figure:
        fits = [line for line in figure.axes[0].lines if line.get_color() == LIGHT.series]
        return [str(line.get_linestyle()) for line in fits], [np.asarray(line.get_xdata()) for line in fits]


def test_a_curve_shows_older_fits_fainter(tmp_path: Path) -> None:
    path = written(tmp_path, "curve", ".svg", filmed(CURVE))
    *earlier, in_key = curves_of_svg(path)
    assert len(earlier) == MOMENTS - 1
    assert earlier == sorted(earlier)
    assert earlier[0] == 0.12
    assert earlier[-1] == in_key == 0.55
    assert "Earlier" in words_of_svg(path)
    assert not curves_of_svg(written(tmp_path, "curve", ".svg", untrained(CURVE)))


def test_at_most_a_dozen_earlier_fits_are_shown(tmp_path: Path) -> None:
    trained = filmed(CURVE)
    states = [dataclasses.replace(trained.state, step=step) for step in range(40)]
    long = Trained(CURVE, dataclasses.replace(trained.state, step=40), trained.history, Snapshots(states))
    assert len(curves_of_svg(written(tmp_path, "curve", ".svg", long))) == 12 + 1


def test_the_axes_do_not_follow_a_fit_that_diverges(qapp: object, tmp_path: Path) -> None:
    """Otherwise the points, between -1.5 and 1.5, would shrink to a flat line."""
    trained = filmed(CURVE)
    shown = colours_of_svg(written(tmp_path, "curve", ".svg", trained))
    grey = np.abs(shown.astype(int) - (0xBA, 0xBD, 0xC2)).max(axis=2) < 30
    rows = np.flatnonzero(grey.any(axis=1))
    assert rows.max() - rows.min() > 0.4 * shown.shape[0]


def test_the_axis_of_the_cost_can_be_chosen(tmp_path: Path, trained: Trained) -> None:
    pictures = [
        written(tmp_path, "cost", ".png", trained, axis=axis, recipe=False).read_bytes()
        for axis in ("auto", "logarithmic", "linear")
    ]
    assert pictures[0] == pictures[1] != pictures[2]


@pytest.mark.parametrize(
    ("rates", "ticks", "others"),
    [
        ((8e-4, 3e-4, 7e-5), {"1e−4", "2e−4", "5e−4"}, {"0.0005", "5e-04"}),
        ((8e-3, 3e-3, 1e-3), {"0.001", "0.002", "0.006"}, {"2e−3"}),
    ],
)
def test_the_ticks_of_an_axis_are_written_alike(
    tmp_path: Path, trained: Trained, rates: tuple[float, ...], ticks: set[str], others: set[str]
) -> None:
    history = History()
    for epoch, rate in enumerate(rates, 1):
        history.add(EpochEnded(epoch, 5 * epoch, 0.1 * epoch, 1 / epoch, None, rate))
    falling = Trained(trained.experiment, trained.state, history)
    drawn = written(tmp_path, "rate", ".svg", falling).read_text(encoding="utf-8")
    labels = set(re.findall(r">([^<>]+)</text>", drawn))
    assert ticks <= labels
    assert not others & labels


def test_tables_hold_the_numbers(tmp_path: Path) -> None:
    trained = untrained(CURVE)
    header, *rows = rows_of(written(tmp_path, "cost", ".csv", trained))
    assert tuple(header) == COLUMNS
    assert rows[1] == ["2", "10", "0.2", "0.5", "", "0.02", *[""] * 5]
    header, *rows = rows_of(written(tmp_path, "rate", ".csv", trained))
    assert header == ["epoch", "step", "learning_rate"]
    assert rows[1] == ["2", "10", "0.02"]
    header, *rows = rows_of(written(tmp_path, "psnr", ".csv", untrained(CURVE, psnr=20.0)))
    assert header == ["epoch", "step", "psnr"]
    assert rows[1] == ["2", "10", "20.0"]
    points = np.genfromtxt(written(tmp_path, "curve", ".csv", trained), delimiter=",", names=True)
    assert points.dtype.names == ("x", "y", "fit", "residual")
    drawn, seen = points[np.isnan(points["y"])], points[~np.isnan(points["y"])]
    np.testing.assert_allclose(drawn["x"], trained.positions[:, 0])
    np.testing.assert_allclose(drawn["fit"], trained.prediction, rtol=1e-6)
    assert np.isnan(drawn["residual"]).all()
    np.testing.assert_allclose(seen["x"], trained.samples.inputs[:, 0])
    np.testing.assert_allclose(seen["y"], trained.samples.targets[:, 0])
    np.testing.assert_allclose(seen["fit"], trained.fitted, rtol=1e-6)
    np.testing.assert_allclose(seen["residual"], seen["y"] - seen["fit"])


def test_a_table_is_previewed_by_its_first_rows(trained: Trained) -> None:
    wanted = export_named("cost")
    job = wanted.job()
    job.ending = ".csv"
    shown = preview(wanted, trained, job)
    assert shown.rows[0] == COLUMNS
    assert len(shown.rows) == 4
    assert shown.caption == "3 rows"
    short = History.from_rows(trained.history.rows[:1], [])
    assert preview(wanted, dataclasses.replace(trained, history=short), job).caption == "1 row"
    shown = preview(export_named("curve"), trained, job)
    assert float(shown.rows[1][0]) == pytest.approx(trained.samples.inputs.min(), rel=1e-5)
    assert "" not in shown.rows[1]
    assert shown.caption == f"{481 + len(trained.samples.inputs):,} rows, shown from row 62"
    job.ending = ".svg"
    picture = preview(wanted, trained, job).picture
    assert picture is not None
    assert shows(picture, SERIES)


def test_histograms_count_all_values_of_every_layer(tmp_path: Path) -> None:
    trained = filmed(small_painting())
    for quantity in ("weights", "gradients", "activations"):
        path = written(tmp_path, "histograms", ".csv", trained, quantity=quantity)
        header, *rows = rows_of(path)
        assert header == ["step", "layer", "from", "to", "share"]
        assert {row[1] for row in rows} == {"Layer 1", "Layer 2", "Output"}
        steps = sorted({int(row[0]) for row in rows})
        assert steps == [state.step for state in [*trained.snapshots.states, trained.state]]
        of_one = [row for row in rows if row[:2] == [str(steps[0]), "Layer 2"]]
        assert sum(float(row[4]) for row in of_one) == pytest.approx(1)
        low, high = float(of_one[0][2]), float(of_one[-1][3])
        assert low < high
    rows = rows_of(written(tmp_path, "histograms", ".csv", trained, over_time=False))
    assert {row[0] for row in rows[1:]} == {str(trained.state.step)}


@pytest.mark.parametrize("over_time", [True, False])
def test_histograms_are_drawn(qapp: object, tmp_path: Path, over_time: bool) -> None:
    trained = filmed(small_painting())
    path = written(tmp_path, "histograms", ".svg", trained, over_time=over_time)
    assert shows(colours_of_svg(path), SERIES)


def test_a_painting_has_plots_too(qapp: object, tmp_path: Path) -> None:
    painting = untrained(replace(small_painting(), name="Painting"))
    assert shows(colours_of_svg(written(tmp_path, "cost", ".svg", painting)), SERIES)


UNEVEN = encode_points([(5, 1), (-2, 7), (0, 3), (0, 4), (0.1, -3)])


@pytest.mark.parametrize(
    "data",
    [
        part("dataset", "points", points=UNEVEN),
        part("dataset", "points", points=encode_points([(2, 1)])),
        part("dataset", "function", expression="sqrt(x**2 - 1)", observations=30),
    ],
)
def test_curves_of_own_points_and_functions_are_exported(tmp_path: Path, data: Part) -> None:
    trained = untrained(replace(CURVE, data=data))
    for name in ("curve.csv", "curve.svg", "curve.png"):
        export("curve", tmp_path / name, trained)
    with (tmp_path / "curve.csv").open() as file:
        header, *rows = csv.reader(file)

    assert header[0] == "x"
    x = np.array([float(row[0]) for row in rows])
    assert x[0] < trained.samples.low[0] <= trained.samples.high[0] < x[-1]
    assert (np.diff(x) >= 0).all()
    assert b"<svg" in (tmp_path / "curve.svg").read_bytes()


def test_a_curve_is_exported_with_the_names_of_its_columns(qapp: object, tmp_path: Path) -> None:
    names = {"x_name": "Time, $a$ [s]", "y_name": "Größe [m]"}
    trained = untrained(replace(CURVE, data=part("dataset", "points", points=UNEVEN, **names)))
    with written(tmp_path, "curve", ".csv", trained).open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == [*names.values(), "fit", "residual"]
    drawing = written(tmp_path, "curve", ".svg", trained).read_text("utf-8")
    for name in names.values():
        assert name in drawing

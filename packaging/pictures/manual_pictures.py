"""Makes the manual's pictures anew, in resources/manual/pictures: parts of real windows in the middle of real
trainings, each in both themes.

Run it with the project's environment: .venv/bin/python packaging/pictures/manual_pictures.py [NAME ...]
It takes some minutes; look at every picture that changed before committing it.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

import skimage.data
from msgspec.structs import replace
from PIL import Image
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog
from window_stage import CHECKOUT, HOME, Stage, grab, in_theme, stage

from cadl_desktop.comparing.seeded_designs import Design
from cadl_desktop.experiment import Stop, preset
from cadl_desktop.sweeps import Limit, Objective, Sweep, varied_of
from cadl_desktop.ui.comparing.page import PICTURES, SETTING, ComparingPage
from cadl_desktop.ui.export.export_dialog import ExportDialog
from cadl_desktop.ui.intake.crop_dialog import CropDialog
from cadl_desktop.ui.landscape.panel import LandscapePanel
from cadl_desktop.ui.panels.gallery_tile import Tile

FOLDER = CHECKOUT / "resources" / "manual" / "pictures"
COLOURS = 128
"""Colours of a picture's palette: text and plots lose nothing visible, and files are a third as large."""

EPOCH = 300
"""Epoch of the lecture's painting, out of 500, at which it can be seen what it paints."""

Shot = Callable[[], QPixmap]


@dataclass(frozen=True)
class Picture:
    """Picture of the manual: the window that is opened, and what happens in it. `show` returns a function
    that grabs what is to be seen, which is called once in each theme."""

    name: str
    show: Callable[[Stage], Shot]
    preset: str = "lecture-painting"
    size: tuple[int, int] = (1280, 800)


def photo() -> Path:
    """A photograph, under the name that the manual's examples use."""
    path = HOME / "photo.png"
    Image.fromarray(skimage.data.coffee()).save(path)
    return path


def table() -> Path:
    """Length of the day at 50 degrees north, for every third day of two years."""
    path, lines = HOME / "daylight.csv", ["date,length of the day [h],sun at noon [°]"]
    for day in range(0, 730, 3):
        declination = math.radians(-23.44 * math.cos(2 * math.pi * (day + 10) / 365.25))
        hours = 24 / math.pi * math.acos(-math.tan(math.radians(50)) * math.tan(declination))
        when = date(2024, 1, 1) + timedelta(days=day)
        lines.append(f"{when},{hours:.2f},{40 + math.degrees(declination):.1f}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# Begin


def start(at: Stage) -> Shot:
    at.features.start.show_first()
    at.until(lambda: at.reached(250))
    return partial(grab, at.window)


def whole_window(at: Stage) -> Shot:
    at.train(EPOCH, pause=False)
    return partial(grab, at.window)


def intake(at: Stage) -> Shot:
    at.features.intake.take([photo()])
    dialog = dialog_of(at)
    assert isinstance(dialog, CropDialog)
    at.until(lambda: dialog.settled)
    return partial(grab, dialog)


def table_intake(at: Stage) -> Shot:
    at.features.intake.take([table()])
    return partial(grab, dialog_of(at))


def dialog_of(at: Stage) -> QDialog:
    """The dialog that opens next, once it has been laid out."""

    def shown() -> list[QDialog]:
        return [each for each in at.window.findChildren(QDialog) if each.isVisible()]

    at.until(shown)
    at.settle(3000)  # what a dialog previews is computed in the background
    return shown()[0]


def data(at: Stage) -> Shot:
    at.until(lambda: not any(map(is_empty, at.features.side.data.findChildren(Tile))))
    at.settle()
    return partial(grab, at.features.side.data)


def is_empty(tile: Tile) -> bool:
    """Whether a tile of the gallery still waits for its picture."""
    return tile.isVisible() and tile._icon == "picture" and tile._picture is None and tile._curve is None


# The network


def mask(at: Stage) -> Shot:
    at.train(40)
    canvas = at.features.views.output.painting
    canvas.stage.make_large(canvas.target)
    at.settle()
    return partial(grab, at.features.views.output)


def network(at: Stage) -> Shot:
    at.train(EPOCH)
    return partial(grab, at.features.designer)


def lens(at: Stage) -> Shot:
    at.train(EPOCH)
    return neuron_card(at, 3)


def backwards(at: Stage) -> Shot:
    at.train(EPOCH)
    at.features.designer.bar.backwards.click()
    at.until(lambda: at.features.designer.canvas.view.gradients is not None)
    return neuron_card(at, 6)


def neuron_card(at: Stage, column: int) -> Shot:
    """The network with the card of the neuron of a column whose values differ most."""
    probed = at.session.result.probed
    assert probed is not None
    pointing = at.features.designer.canvas.pointing
    pointing.walk_to(column, int(probed.columns[column].std(1).argmax()))
    at.settle()
    return partial(grab, at.features.designer, pointing.popup)


def layer_card(at: Stage) -> Shot:
    at.train(EPOCH)
    at.features.designer.open_layer(1)
    at.settle()
    return partial(grab, at.features.designer, at.features.designer.beside)


# Training


def training(at: Stage) -> Shot:
    at.features.side.fold(["data", "encoding", "run"])
    at.train(EPOCH, pause=False)
    return partial(grab, at.window)


def doctor(at: Stage) -> Shot:
    """A rate at which most neurons of the first layers die."""
    experiment = at.window.document.experiment
    at.window.document.edit("Rate", replace(experiment, optimizer=experiment.optimizer.has(rate=0.1)))
    at.train(40)
    at.settle(1500)  # a second visit confirms what the first one finds
    at.window.toolbar.doctor.open()
    at.settle()
    chip = at.window.toolbar.doctor
    assert chip.list is not None
    return partial(grab, chip, over=chip.list)


def histograms(at: Stage) -> Shot:
    at.open_dock("histograms")
    at.train(EPOCH)
    at.widen("histograms", 520)
    return partial(grab, at.window.frame.docks["histograms"])


def landscape(at: Stage) -> Shot:
    at.train(EPOCH)
    at.open_dock("landscape")
    at.widen("landscape", 520)
    (panel,) = at.window.findChildren(LandscapePanel)
    panel.turned.click()
    at.until(lambda: panel.landscape.survey is not None)
    at.settle(8000)  # it becomes finer
    return partial(grab, at.window.frame.docks["landscape"])


# Output


def painting(at: Stage) -> Shot:
    at.train(EPOCH)
    at.features.views.output.painting.comparison.switch.click()
    at.settle()
    return partial(grab, at.features.views.output)


def error(at: Stage) -> Shot:
    at.train(EPOCH)
    canvas = at.features.views.output.painting
    canvas.stage.make_large(canvas.error)
    at.settle()
    return partial(grab, at.features.views.output)


def curve(at: Stage) -> Shot:
    at.train(60)
    at.features.views.output.residuals.switch.click()
    at.settle()
    return partial(grab, at.features.views.output)


def cost(at: Stage) -> Shot:
    at.train(60)
    at.widen("cost", 560)
    experiment = at.window.document.experiment
    at.window.document.edit("Rate", replace(experiment, optimizer=experiment.optimizer.has(rate=0.0003)))
    at.settle()
    at.train(120)
    return partial(grab, at.window.frame.docks["cost"])


def timeline(at: Stage) -> Shot:
    at.train(120)
    machine = at.features.machine
    machine.go_by(-12)
    at.settle()
    return partial(grab, at.window)


# Comparing


def three_runs(at: Stage) -> None:
    """Trains the network, and two narrower ones, each to its end."""
    at.session.keep_learned = False
    for changes in ({}, {"units": 16}, {"units": 32}):
        experiment = at.window.document.experiment
        layers = tuple(layer.has(**changes) for layer in experiment.layers)
        changed = replace(experiment, layers=layers, stop=replace(experiment.stop, epochs=120))
        at.window.document.edit("Layers", changed)
        at.settle()
        at.train(120)


def runs(at: Stage) -> Shot:
    three_runs(at)
    at.widen("cost", 520)
    return partial(grab, at.window.frame.docks["cost"], at.window.frame.docks["runs"])


@cache
def swept() -> Path:
    """Folder of a finished sweep: nine trainings of the lecture's painting, by rate and width."""
    base = preset("lecture-painting")
    base = replace(base, stop=replace(base.stop, epochs=120))
    spelled = "optimizer.rate=0.0005|0.002|0.008", "layers=16,16,16|32,32,32|64,64,64"
    varied = tuple(varied_of(text, base) for text in spelled)
    path = HOME / "rates"
    with stage("lecture-painting", (1100, 700)) as at:
        comparison = at.features.sweeps.comparison
        by_psnr = Objective(measure="seen_psnr")
        sweep = Sweep(base=base, varied=varied, strategy="grid", limit=Limit(), objective=by_psnr)
        comparison.begin(sweep, path)
        at.until(lambda: comparison.trainings.over == 9 and not comparison.is_running)
    return path


def open_swept(at: Stage, view: str) -> ComparingPage:
    sweeps = at.features.sweeps
    sweeps.comparison.open(swept())
    at.until(lambda: len(sweeps.comparison.trainings.trainings) == 9)
    sweeps.show()
    at.settle()
    page = at.features.comparing.widget
    assert page is not None
    page.views.turn_to(view)
    at.settle(2000)
    return page


def comparing_table(at: Stage) -> Shot:
    return partial(grab, open_swept(at, SETTING))


def comparing_pictures(at: Stage) -> Shot:
    return partial(grab, open_swept(at, PICTURES))


def against(at: Stage) -> Shot:
    stop = Stop(epochs=None, seconds=20.0)
    left = replace(at.window.document.experiment, stop=stop)
    right = replace(preset("siren-painting"), data=left.data, stop=stop)
    comparing = at.features.comparing
    comparing.train_designs([Design("ReLU", left), Design("SIREN", right)], 1)
    at.until(lambda: comparing.sets.shown.trainings.over == 2)
    at.settle()
    page = comparing.widget
    assert page is not None
    return partial(grab, page)


def sweep_dialog(at: Stage) -> Shot:
    at.train(EPOCH)
    at.window.frame.docks["cost"].close()
    at.press("sweep")
    at.until(lambda: at.features.sweeps.panel)
    at.settle()
    setup = at.features.sweeps.setup
    for path in ("optimizer.rate", "batch_size"):
        setup.vary(path, True)
    at.until(lambda: setup.can_begin)
    at.settle()
    return partial(grab, at.window)


# Taking home


def export(at: Stage, first: str = "painting") -> Shot:
    at.train(EPOCH)
    at.features.exports.open_at(first)
    dialog = dialog_of(at)
    assert isinstance(dialog, ExportDialog)
    at.until(dialog.preview.is_shown)
    at.settle(2000)  # a film begins before anything was learned
    return partial(grab, dialog)


def count_bytes(at: Stage) -> Shot:
    experiment = at.window.document.experiment
    at.window.document.edit("Size", replace(experiment, data=experiment.data.has(longest=128)))
    at.train(EPOCH)
    at.features.bytes.open()
    at.until(lambda: not at.features.bytes.counting.counting)
    at.settle()
    assert at.features.bytes.dialog is not None
    return partial(grab, at.features.bytes.dialog)


# Around


def six_painters(at: Stage) -> Shot:
    at.press("painters")
    at.until(lambda: at.features.painters.six.are_done)
    at.settle()
    return partial(grab, at.window)


def lesson(at: Stage) -> Shot:
    at.read("05-two-parameters")
    return partial(grab, at.window)


def preferences(at: Stage) -> Shot:
    at.press("preferences")
    return partial(grab, dialog_of(at))


def presentation(at: Stage) -> Shot:
    at.train(EPOCH)
    at.press("presentation")
    at.settle()
    at.window.resize(*WINDOW)
    at.settle()
    return partial(grab, at.window)


WINDOW = (1100, 700)
PICTURES_OF_THE_MANUAL = (
    Picture("start", start, "learned-painting", size=WINDOW),
    Picture("window", whole_window, size=WINDOW),
    Picture("intake", intake),
    Picture("table-intake", table_intake),
    Picture("data", data, "learned-painting"),
    Picture("six-painters", six_painters, "learned-painting", size=WINDOW),
    Picture("mask", mask, "inpainting"),
    Picture("network", network),
    Picture("lens", lens),
    Picture("backwards", backwards),
    Picture("layer-card", layer_card),
    Picture("training", training, size=WINDOW),
    Picture("doctor", doctor),
    Picture("histograms", histograms),
    Picture("landscape", landscape),
    Picture("painting", painting),
    Picture("error", error),
    Picture("curve", curve, "lecture-tanh"),
    Picture("cost", cost),
    Picture("timeline", timeline, size=WINDOW),
    Picture("runs", runs),
    Picture("comparing-table", comparing_table, size=WINDOW),
    Picture("comparing-pictures", comparing_pictures, size=WINDOW),
    Picture("against", against, size=WINDOW),
    Picture("sweep-dialog", sweep_dialog, size=WINDOW),
    Picture("export", export),
    Picture("film-options", partial(export, first="film")),
    Picture("bytes", count_bytes, "learned-painting"),
    Picture("lesson", lesson, size=WINDOW),
    Picture("preferences", preferences),
    Picture("presentation", presentation),
)


def take(picture: Picture) -> None:
    with stage(picture.preset, picture.size) as at:
        shot = picture.show(at)
        save(shot(), f"{picture.name}-light.png")
        in_theme("dark")
        save(shot(), f"{picture.name}-dark.png")


def save(taken: QPixmap, file: str) -> None:
    """Writes a picture with a palette of its own."""
    path = FOLDER / file
    taken.save(str(path))
    with Image.open(path) as read:
        few = read.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main() -> None:
    wanted = sys.argv[1:]
    known = [picture.name for picture in PICTURES_OF_THE_MANUAL]
    if unknown := set(wanted) - set(known):
        sys.exit(f"No picture is called {', '.join(sorted(unknown))}; there are {', '.join(known)}.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES_OF_THE_MANUAL:
        if not wanted or picture.name in wanted:
            print(picture.name, flush=True)
            take(picture)


if __name__ == "__main__":
    main()

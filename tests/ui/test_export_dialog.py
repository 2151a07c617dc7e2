"""The Export dialog as a person uses it."""

import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.export.trained import Trained
from cadl_desktop.project import save_project
from cadl_desktop.runs.gains import LEFT_OUT, NO_GAINS, Gains, with_gain
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Result, Status
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.export.export_dialog import ExportDialog
from cadl_desktop.ui.export.export_preview import PreviewPane
from cadl_desktop.ui.export.export_progress import ExportBar
from cadl_desktop.ui.settings.recent_paths import remember_folder
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.weights_in.weight_matching import read_weights
from tests.engine.runs import small_painting
from tests.export.networks import CURVE, many, project_of, untrained, with_moments
from tests.settling import WAIT, wait_for_timers
from tests.ui.driving import choose, show, tab_walk, type_over, unnamed_controls

LEFT = Qt.MouseButton.LeftButton
LONG = WAIT


@pytest.fixture
def experiment() -> Experiment:
    return replace(small_painting(), stop=Stop(epochs=2))


@pytest.fixture
def session(qtbot: QtBot, session: Session, tmp_path: Path) -> Session:
    remember_folder(tmp_path / "any")
    session.load_samples()
    session.train()
    qtbot.waitUntil(lambda: session.status is Status.RESULT, timeout=LONG)
    return session


def dialog_of(qtbot: QtBot, session: Session, first: str = "", gains: Gains = NO_GAINS) -> ExportDialog:
    found: list[Result] = []
    session.with_state(found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=LONG)
    experiment: Experiment = session.document.experiment
    result = found[0]
    assert result.state is not None
    trained = Trained(experiment, result.state, result.history, result.snapshots, session.compute)
    dialog = ExportDialog(trained, session.exporter, first, gains=gains)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    show(qtbot, dialog)
    return dialog


def test_a_homework_is_put_together_of_two_runs(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    several = with_moments(replace(many("number"), stop=Stop(epochs=2)))
    save_project(tmp_path / "faces.cadl", project_of(several))
    save_project(tmp_path / "curve.cadl", project_of(untrained(CURVE)))
    dialog = dialog_of(qtbot, session, "homework")
    single, faces = dialog.homework.choosers.values()
    assert (single.currentText(), faces.currentText()) == ("This run", "None")
    preview = dialog.preview.text

    def says(words: str) -> None:
        qtbot.waitUntil(lambda: words in preview.toPlainText(), timeout=LONG)

    says("– multiple.gif is missing")
    dialog.homework.read(tmp_path / "curve.cadl")
    qtbot.waitUntil(lambda: "has no trained painting" in dialog.problem.text(), timeout=LONG)
    dialog.homework.read(tmp_path / "faces.cadl")
    says("\N{CHECK MARK} multiple.gif")
    assert faces.currentText().startswith("faces: ")
    assert dialog.buttons.said.text() == "1 run of “faces.cadl” added to choose from."
    assert dialog.problem.text() == ""
    press(qtbot, dialog)
    written(qtbot, dialog)
    with zipfile.ZipFile(tmp_path / "astronaut-homework.zip") as archive:
        assert {"single.gif", "multiple.gif", "final.gif"} <= set(archive.namelist())
    choose(qtbot, faces, "none")
    says("– final.gif is missing")


def number(dialog: ExportDialog, name: str) -> NumberEdit:
    field = dialog.form.field(name)
    assert field is not None
    assert isinstance(field.control, NumberEdit)
    return field.control


def places(dialog: ExportDialog) -> list[QRect]:
    """Positions of the preview and of the file's name."""
    return [QRect(it.mapTo(dialog, QPoint()), it.size()) for it in (dialog.preview, dialog.destination.name)]


def press(qtbot: QtBot, dialog: ExportDialog) -> None:
    qtbot.mouseClick(dialog.buttons.export, LEFT)


def written(qtbot: QtBot, dialog: ExportDialog) -> None:
    qtbot.waitUntil(dialog.buttons.show_folder.isVisible, timeout=LONG)


def nothing_is_left(qtbot: QtBot, folder: Path) -> None:
    """Waits until a library's unfinished file is removed, a moment after the export was cancelled."""
    qtbot.waitUntil(lambda: not any(path.is_file() for path in folder.iterdir()), timeout=LONG)


def test_a_painting_is_previewed_and_exported_at_another_size(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    qtbot.waitUntil(lambda: dialog.preview.caption.text() == "384 × 384 pixels", timeout=LONG)
    type_over(qtbot, number(dialog, "width"), "48")
    assert (number(dialog, "height").value, number(dialog, "scale").value) == (48, 4)
    qtbot.waitUntil(lambda: dialog.preview.caption.text() == "48 × 48 pixels", timeout=LONG)
    assert dialog.preview.picture.image.width() == 48
    press(qtbot, dialog)
    written(qtbot, dialog)
    with Image.open(tmp_path / "astronaut-painting.png") as picture:
        assert picture.size == (48, 48)
    assert dialog.buttons.export.text() == "Export"
    assert dialog.destination.note.text() == ""  # what was written just now needs no warning
    type_over(qtbot, dialog.destination.name, "astronaut-painting.png")
    assert dialog.buttons.export.text() == "Replace"


def test_muted_neurons_go_into_weights_and_the_dialog_says_what_has_them(
    qtbot: QtBot, session: Session, experiment: Experiment, tmp_path: Path
) -> None:
    assert not dialog_of(qtbot, session, "weights").gains.isVisible()
    dialog = dialog_of(qtbot, session, "painting", with_gain(experiment, NO_GAINS, 1, 2, 0.0))
    assert dialog.gains.isVisible()
    assert "left out. To export what the window shows, close this" in dialog.gains.text()
    learned = dialog.chosen.trained.state.weights
    dialog.kinds.setCurrentItem(dialog.kinds.findItems("Weights", Qt.MatchFlag.MatchExactly)[0])
    assert dialog.gains.text() == "What is muted or scaled is exported as the window shows it."
    choose(qtbot, dialog.format, ".keras")
    press(qtbot, dialog)
    written(qtbot, dialog)
    weights = read_weights(tmp_path / "astronaut-weights.keras", experiment)
    assert not weights[2][2].any()
    assert learned[2][2].any()
    qtbot.waitUntil(lambda: "Keras 3.8 or newer" in dialog.preview.caption.text(), timeout=LONG)


def test_what_cannot_be_kept_is_not_recommended(qtbot: QtBot, session: Session) -> None:
    gains = with_gain(CURVE, NO_GAINS, 1, 0, 0.0)  # of a neuron that goes into a sum
    dialog = ExportDialog(untrained(CURVE), session.exporter, "curve", gains=gains)
    qtbot.addWidget(dialog)
    assert dialog.gains.text() == LEFT_OUT


def test_only_what_the_network_paints_begins_at_a_size_for_a_screen(qtbot: QtBot, session: Session) -> None:
    dialog = dialog_of(qtbot, session)
    sizes = {}
    for row in range(dialog.kinds.count()):
        dialog.kinds.setCurrentRow(row)
        if dialog.form.field("scale"):
            sizes[dialog.kinds.item(row).text()] = number(dialog, "width").value
    assert sizes == {"Painting": 384, "Film": 384, "Error": 12, "Target": 12}


def test_a_table_fits_into_its_preview(qtbot: QtBot, session: Session) -> None:
    set_theme("light")  # whose style made it too wide
    dialog = dialog_of(qtbot, session, "weights")
    table = dialog.preview.table
    qtbot.waitUntil(table.isVisible, timeout=LONG)
    assert table.horizontalScrollBar().maximum() == 0


def test_of_width_height_and_scale_the_newest_counts(qtbot: QtBot, session: Session) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    type_over(qtbot, number(dialog, "width"), "48")
    type_over(qtbot, number(dialog, "scale"), "2")
    assert [number(dialog, name).value for name in ("width", "height")] == [24, 24]
    type_over(qtbot, number(dialog, "height"), "36")
    assert [number(dialog, name).value for name in ("width", "scale")] == [36, 3]


def test_format_and_file_name_follow_one_another(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    assert dialog.form.field("bits") is not None
    assert dialog.form.field("quality") is None
    choose(qtbot, dialog.format, ".jpg")
    assert dialog.destination.name.text() == str(tmp_path / "astronaut-painting.jpg")
    assert dialog.form.field("bits") is None
    assert dialog.form.field("quality") is not None
    type_over(qtbot, dialog.destination.name, str(tmp_path / "mine.webp"))
    assert dialog.format.name() == ".webp"
    type_over(qtbot, dialog.destination.name, str(tmp_path / "run 0.5"))
    assert dialog.destination.path() == tmp_path / "run 0.5.webp"


def test_an_ending_of_another_export_is_said_not_to_fit(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    dialog = dialog_of(qtbot, session, "cost")
    type_over(qtbot, dialog.destination.name, str(tmp_path / "z.mp4"))
    assert dialog.format.name() == ".svg"
    assert dialog.destination.note.text() == "This can't be exported as .mp4: the file will be “z.mp4.svg”."
    type_over(qtbot, dialog.destination.name, str(tmp_path / "z.pdf"))
    assert dialog.format.name() == ".pdf"
    assert dialog.destination.note.text() == ""
    type_over(qtbot, dialog.destination.name, str(tmp_path / "run 0.5"))
    assert dialog.destination.note.text() == ""


@pytest.mark.parametrize("what", ["network.svg", "landscape.png"])
def test_drawings_of_the_network_are_written(
    qtbot: QtBot, session: Session, tmp_path: Path, what: str
) -> None:
    dialog, name = dialog_of(qtbot, session, Path(what).stem), f"astronaut-{what}"
    assert dialog.destination.name.text() == str(tmp_path / name)
    qtbot.waitUntil(lambda: dialog.preview.is_shown(), timeout=LONG)
    press(qtbot, dialog)
    written(qtbot, dialog)
    assert (tmp_path / name).stat().st_size > 1000


def test_cancel_leaves_nothing_and_the_dialog_can_go_on(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    type_over(qtbot, number(dialog, "width"), "9000")
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog.bar.value() > 0, timeout=LONG)
    assert not dialog.kinds.isEnabled()
    qtbot.mouseClick(dialog.buttons.cancel, LEFT)
    qtbot.waitUntil(dialog.buttons.export.isVisible, timeout=LONG)
    nothing_is_left(qtbot, tmp_path)
    type_over(qtbot, number(dialog, "width"), "24")
    press(qtbot, dialog)
    written(qtbot, dialog)


def next_tick(qtbot: QtBot, bar: ExportBar) -> None:
    """Waits until the bar has come to tell how far it is."""
    (ticking,) = bar.findChildren(QTimer)
    with qtbot.waitSignal(ticking.timeout):
        pass


def test_the_time_that_is_left_is_told_calmly(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("cadl_desktop.ui.export.export_progress.monotonic", lambda: now)
    monkeypatch.setattr("cadl_desktop.ui.export.export_progress.TOLD_MS", 10)
    said: list[str] = []
    bar = ExportBar()
    show(qtbot, bar)
    bar.words_changed.connect(said.append)
    bar.begin()
    for share, seconds in [(0.0, 1), (0.1, 1), (0.12, 34), (0.121, 0.5), (0.5, 60), (0.9, 20), (0.999, 1)]:
        now += seconds
        bar.show_share(share)
        next_tick(qtbot, bar)
    now += 20_000
    bar.show_share(0.5)
    next_tick(qtbot, bar)
    bar.end()
    bar.show_share(0.7)
    assert not any(timer.isActive() for timer in bar.findChildren(QTimer))
    assert said == [
        "Exporting…",
        "Exporting… 10 %",
        "Exporting… 12 % · about 4 minutes left",
        "Exporting… 50 % · about 2 minutes left",
        "Exporting… 90 % · about 15 seconds left",
        "Exporting… 99 % · about 5 seconds left",
        "Exporting… 50 % · about 6 hours left",
    ]


def test_the_share_that_is_done_is_told(qtbot: QtBot, session: Session) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    type_over(qtbot, number(dialog, "width"), "9000")
    press(qtbot, dialog)
    button = dialog.buttons.cancel.geometry()
    told = dialog.findChildren(QLabel)
    qtbot.waitUntil(lambda: any(re.match(r"Exporting… \d+ %", it.text()) for it in told), timeout=LONG)
    assert dialog.buttons.cancel.geometry() == button
    qtbot.mouseClick(dialog.buttons.cancel, LEFT)
    qtbot.waitUntil(dialog.buttons.export.isVisible, timeout=LONG)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("gone/painting.png", "its folder does not exist"),
        ("folder.png", "there is a folder of this name"),
        ("", "Give the file a name."),
    ],
)
def test_what_goes_wrong_is_said_in_one_sentence(
    qtbot: QtBot, session: Session, tmp_path: Path, name: str, sentence: str
) -> None:
    (tmp_path / "folder.png").mkdir()
    dialog = dialog_of(qtbot, session, "painting")
    type_over(qtbot, dialog.destination.name, str(tmp_path / name) if name else " ")
    wait_for_timers(qtbot, dialog)
    before = places(dialog)
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: sentence in dialog.problem.text(), timeout=LONG)
    wait_for_timers(qtbot, dialog)
    assert places(dialog) == before
    assert dialog.problem.text().count(".") <= 2
    assert dialog.buttons.export.isVisible()


@pytest.mark.parametrize("name", ["~", ".", "..", "~/"])
def test_a_folder_alone_is_no_name_for_a_file(qtbot: QtBot, session: Session, name: str) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    type_over(qtbot, dialog.destination.name, name)
    press(qtbot, dialog)
    assert dialog.problem.text() == "Give the file a name."


def test_another_file_lets_the_problem_of_an_earlier_one_go(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    type_over(qtbot, dialog.destination.name, str(tmp_path / "gone" / "p.png"))
    assert dialog.destination.note.text() == (
        "The folder “gone” does not exist; create it or choose another one."
    )
    assert dialog.destination.note.isVisible()
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: "its folder does not exist" in dialog.problem.text(), timeout=LONG)
    type_over(qtbot, dialog.destination.name, str(tmp_path / "p.png"))
    assert not dialog.problem.isVisible()
    assert dialog.destination.note.text() == ""


def test_a_suggested_name_is_never_one_that_is_there(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    for name in ("astronaut-painting.png", "astronaut-painting-2.png", "astronaut-cost.svg"):
        (tmp_path / name).write_bytes(b"somebody's")
    dialog = dialog_of(qtbot, session, "painting")
    assert dialog.destination.path() == tmp_path / "astronaut-painting-3.png"
    choose(qtbot, dialog.format, ".webp")
    assert dialog.destination.path() == tmp_path / "astronaut-painting.webp"
    choose(qtbot, dialog.format, ".png")
    assert dialog.destination.path() == tmp_path / "astronaut-painting-3.png"
    dialog.kinds.setCurrentItem(dialog.kinds.findItems("Cost", Qt.MatchFlag.MatchExactly)[0])
    assert dialog.destination.path() == tmp_path / "astronaut-cost-2.svg"
    assert dialog.buttons.export.text() == "Export"


def answer_with(monkeypatch: pytest.MonkeyPatch, button: QMessageBox.StandardButton) -> list[str]:
    """Answers questions by this button, and returns what they ask."""
    asked: list[str] = []

    def answer(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return button

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return asked


@pytest.mark.parametrize("name", ["theirs.png", "theirs.gif"])
def test_another_programs_file_is_replaced_after_a_question_only(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"somebody's")
    dialog = dialog_of(qtbot, session, "painting" if name.endswith("png") else "film")
    type_over(qtbot, dialog.destination.name, str(path))
    asked = answer_with(monkeypatch, QMessageBox.StandardButton.Cancel)
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: bool(asked) and not session.exporter.busy, timeout=LONG)
    assert f"“{name}”" in asked[0]
    assert path.read_bytes() == b"somebody's"
    assert dialog.buttons.export.isVisible()
    asked = answer_with(monkeypatch, QMessageBox.StandardButton.Yes)
    press(qtbot, dialog)
    written(qtbot, dialog)
    assert len(asked) == 1
    assert path.read_bytes() != b"somebody's"
    press(qtbot, dialog)  # what this dialog has just written
    qtbot.waitUntil(lambda: not session.exporter.busy, timeout=LONG)
    assert len(asked) == 1
    path.write_bytes(b"retouched")
    answer_with(monkeypatch, QMessageBox.StandardButton.Cancel)
    press(qtbot, dialog)
    qtbot.waitUntil(lambda: not session.exporter.busy, timeout=LONG)
    assert path.read_bytes() == b"retouched"


def test_the_programs_own_file_is_replaced_without_a_question(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_with(monkeypatch, QMessageBox.StandardButton.Cancel)
    path = tmp_path / "mine.png"
    for side in (24, 48):
        dialog = dialog_of(qtbot, session, "painting")
        type_over(qtbot, dialog.destination.name, str(path))
        type_over(qtbot, number(dialog, "width"), str(side))
        press(qtbot, dialog)
        written(qtbot, dialog)
        with Image.open(path) as picture:
            assert picture.width == side
    assert asked == []


def settings_box(dialog: ExportDialog) -> QCheckBox:
    field = dialog.form.field("recipe")
    assert field is not None
    assert isinstance(field.control, QCheckBox)
    return field.control


def test_settings_are_written_beside_a_file_where_that_is_ticked_and_it_is_remembered(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    beside = tmp_path / "astronaut-cost.csv.recipe.json"
    dialog = dialog_of(qtbot, session, "cost")
    assert settings_box(dialog).isChecked()  # inside the SVG
    choose(qtbot, dialog.format, ".csv")
    assert not settings_box(dialog).isChecked()
    press(qtbot, dialog)
    written(qtbot, dialog)
    assert not beside.exists()
    settings_box(dialog).click()
    assert settings_box(dialog).isChecked()
    press(qtbot, dialog)
    qtbot.waitUntil(beside.exists, timeout=LONG)
    written(qtbot, dialog)
    again = dialog_of(qtbot, session, "film")
    choose(qtbot, again.format, ".gif")
    assert settings_box(again).isChecked()


def test_another_file_does_not_settle_what_the_options_ask_for(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    choose(qtbot, dialog.format, ".webp")
    type_over(qtbot, number(dialog, "width"), "20000")
    qtbot.waitUntil(lambda: "at most 16,383 pixels a side" in dialog.problem.text(), timeout=LONG)
    type_over(qtbot, dialog.destination.name, str(tmp_path / "q.webp"))
    assert "at most 16,383 pixels a side" in dialog.problem.text()


def test_what_a_format_can_not_hold_is_said_before_it_is_exported(qtbot: QtBot, session: Session) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    choose(qtbot, dialog.format, ".webp")
    type_over(qtbot, number(dialog, "width"), "20000")
    qtbot.waitUntil(lambda: "at most 16,383 pixels a side" in dialog.problem.text(), timeout=LONG)
    type_over(qtbot, number(dialog, "width"), "20")
    qtbot.waitUntil(lambda: dialog.preview.caption.text() == "20 × 20 pixels", timeout=LONG)
    assert not dialog.problem.isVisible()


def test_a_preview_that_gave_way_to_an_export_comes_after_it(qtbot: QtBot, session: Session) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    press(qtbot, dialog)
    written(qtbot, dialog)
    qtbot.waitUntil(dialog.preview.is_shown, timeout=LONG)


def test_the_folder_can_be_shown(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    dialog = dialog_of(qtbot, session, "cost")
    press(qtbot, dialog)
    written(qtbot, dialog)
    qtbot.mouseClick(dialog.buttons.show_folder, LEFT)
    assert opened == [str(tmp_path)]


def test_closing_cancels_what_runs(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    type_over(qtbot, number(dialog, "width"), "9000")
    press(qtbot, dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: not session.exporter.busy, timeout=LONG)
    nothing_is_left(qtbot, tmp_path)


def test_every_kind_has_a_preview_and_named_controls(qtbot: QtBot, session: Session) -> None:
    dialog = dialog_of(qtbot, session)
    for row in range(dialog.kinds.count()):
        dialog.kinds.setCurrentRow(row)
        qtbot.waitUntil(lambda: dialog.preview.is_shown(), timeout=LONG)
        assert dialog.problem.text() == ""
        assert unnamed_controls(dialog) == []


def test_tab_goes_from_what_to_where(qtbot: QtBot, session: Session) -> None:
    dialog = dialog_of(qtbot, session, "painting")
    walk = tab_walk(dialog)
    wanted = [
        dialog.kinds,
        dialog.format,
        number(dialog, "width"),
        number(dialog, "height"),
        dialog.destination.name,
        dialog.destination.browse,
        dialog.buttons.export,
    ]
    places = [walk.index(widget) for widget in wanted]
    assert places == sorted(places)


@pytest.mark.parametrize(("side", "smooth"), [(90, True), (10, False)])
def test_a_preview_is_smooth_unless_its_pixels_can_be_seen(qtbot: QtBot, side: int, smooth: bool) -> None:
    preview = PreviewPane()
    qtbot.addWidget(preview)
    picture = preview.picture
    picture.resize(102, 102)
    striped = np.zeros((side, side, 3), np.uint8)
    striped[:, ::2] = 255
    picture.show_film([striped], 0)
    image = picture.grab(QRect(4, 4, 94, 94)).toImage()
    found = {image.pixelColor(x, y).value() for x in range(94) for y in range(94)}
    assert (len(found) > 2) is smooth

"""Neurons muted, scaled and removed, and weights set, in the network's drawing."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.network.cards.neuron_editors import WeightEditor
from cadl_desktop.ui.network.cards.neuron_menu import NeuronMenu
from cadl_desktop.ui.network.scene import Highlight
from cadl_desktop.ui.theme.theme import GRID
from cadl_desktop.ui.window.main_window import MainWindow
from cadl_desktop.ui.window.views.live_views import LiveViews
from tests.engine.runs import epochs, small_painting
from tests.settling import until, wait_for_timers
from tests.ui.driving import show, type_over, unnamed_controls

CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
SMALL = small_painting(
    layers=(part("layer", "dense", units=4), part("layer", "dense", units=3, activation="tanh"))
)


pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def experiment() -> Experiment:
    return epochs(SMALL, 100_000)


@pytest.fixture
def neuron_gains(session: Session) -> NeuronGains:
    return NeuronGains(Neurons(session))


@pytest.fixture
def designer(qtbot: QtBot, session: Session, neuron_gains: NeuronGains) -> Designer:
    designer = Designer(session.document, neuron_gains.neurons, neuron_gains)
    designer.resize(1100, 480)
    show(qtbot, designer)
    session.load_samples()
    session.load_tensorflow()
    until(qtbot, lambda: designer.canvas.view.pictures is not None)
    return designer


def menu_of(designer: Designer) -> NeuronMenu:
    assert designer.neuron_input is not None
    return designer.neuron_input.menu


def walk(qtbot: QtBot, designer: Designer, layer: int, neuron: int) -> QWidget:
    """Moves to a neuron by keys, with the focus on the layer's head."""
    head = designer.canvas.layers[layer]
    head.setFocus()
    for _ in range(neuron + 1):
        qtbot.keyClick(head, Qt.Key.Key_Right)
    return head


def middle_of(designer: Designer, column: int, neuron: int) -> QPointF:
    return designer.canvas.view.placed()[column].mosaic.tile(neuron).center()


def click(qtbot: QtBot, designer: Designer, column: int, neuron: int) -> None:
    """Moves the pointer to a neuron and clicks it."""
    where = middle_of(designer, column, neuron)
    designer.canvas.pointing.hover(where)
    qtbot.mouseClick(designer.canvas, LEFT, pos=where.toPoint())


def right_click(designer: Designer, where: QPoint) -> QMenu:
    """Sends a right click at a point of the canvas to the widget there, as the system does."""
    target = designer.canvas.childAt(where) or designer.canvas
    local, screen = target.mapFrom(designer.canvas, where), designer.canvas.mapToGlobal(where)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, local, screen)
    QApplication.sendEvent(target, event)
    return open_menu()


def menu_key(head: QWidget) -> QMenu:
    middle = head.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, head.mapToGlobal(middle))
    QApplication.sendEvent(head, event)
    return open_menu()


def open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose_in(menu: QMenu, text: str) -> None:
    """Chooses a menu entry by keys, from the top."""
    wanted = next(action for action in menu.actions() if action.text().startswith(text))
    assert wanted.isEnabled()
    while menu.activeAction() is not wanted:
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)


def cell(designer: Designer, column: int, neuron: int) -> QPoint:
    return designer.canvas.view.placed()[column].mosaic.tile(neuron).center().toPoint()


def drawing(designer: Designer) -> QImage:
    return designer.canvas.grab(designer.canvas.view.area().toAlignedRect()).toImage()


def bar_text(designer: Designer) -> str:
    assert designer.gains is not None
    return "" if designer.gains.isHidden() else designer.gains.text.text()


def test_a_neuron_is_muted_by_the_mouse_and_reset_by_the_bar(
    qtbot: QtBot, session: Session, designer: Designer, neuron_gains: NeuronGains
) -> None:
    views = LiveViews(session, neuron_gains, TimeMachine(neuron_gains.neurons))
    qtbot.addWidget(views.output)
    qtbot.addWidget(views.cost)
    before = drawing(designer)
    assert bar_text(designer) == ""
    choose_in(right_click(designer, cell(designer, 1, 2)), "Mute")
    assert neuron_gains.gain(1, 2) == 0
    assert bar_text(designer) == "1 neuron muted or scaled"
    until(qtbot, lambda: (made := neuron_gains.rendered) is not None and views._shown is made.prediction)
    assert drawing(designer) != before
    choose_in(right_click(designer, cell(designer, 1, 2)), "Solo")
    until(qtbot, lambda: bar_text(designer) == "3 neurons muted or scaled")
    assert designer.gains is not None
    assert unnamed_controls(designer.gains) == []
    for width in (1100, 900, 700):
        designer.resize(width, 480)
        words = [switch.text() for switch in designer.findChildren(QToolButton) if switch.text()]
        assert len(set(words)) == len(words)
    designer.resize(1100, 480)
    qtbot.mouseClick(designer.gains.reset, LEFT)
    assert bar_text(designer) == ""
    until(qtbot, lambda: drawing(designer) == before)


def test_lines_that_leave_a_muted_neuron_are_faint(designer: Designer, neuron_gains: NeuronGains) -> None:
    mosaic = designer.canvas.view.placed()[1].mosaic
    start = mosaic.tile(2)
    region = QRect(int(mosaic.area.right()) + 2, int(start.top()), 30, int(start.height()))

    def ink() -> float:
        image = designer.canvas.grab(region).toImage()
        ground = image.pixelColor(0, 0)
        pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        return sum(abs(pixel.lightness() - ground.lightness()) for pixel in pixels)

    alive = ink()
    assert alive > 0
    neuron_gains.set_gain(1, 2, 0.0)
    assert ink() < 0.8 * alive
    neuron_gains.reset()
    assert ink() == alive


def test_muting_soloing_and_scaling_by_the_keys(
    qtbot: QtBot, designer: Designer, neuron_gains: NeuronGains
) -> None:
    head = walk(qtbot, designer, 0, 1)
    qtbot.keyClick(head, Qt.Key.Key_M)
    assert neuron_gains.gain(1, 1) == 0
    assert "Goes on nothing: muted" in designer.canvas.pointing.popup.text()
    qtbot.keyClick(head, Qt.Key.Key_M)
    assert neuron_gains.count == 0
    qtbot.keyClick(head, Qt.Key.Key_S)
    assert [neuron_gains.gain(1, neuron) for neuron in range(4)] == [0, 1, 0, 0]
    qtbot.keyClick(head, Qt.Key.Key_S)
    assert neuron_gains.count == 0
    for _ in range(2):
        qtbot.keyClick(head, Qt.Key.Key_Minus)
    assert neuron_gains.gain(1, 1) == pytest.approx(0.8)
    for _ in range(5):
        qtbot.keyClick(head, Qt.Key.Key_Plus, Qt.KeyboardModifier.ShiftModifier)
    assert neuron_gains.gain(1, 1) == pytest.approx(1.3)
    assert "Goes on ×1.3" in designer.canvas.pointing.popup.text()


@pytest.mark.parametrize("away", [True, False])
def test_keys_act_on_the_neuron_that_was_clicked(
    qtbot: QtBot, designer: Designer, neuron_gains: NeuronGains, away: bool
) -> None:
    canvas = designer.canvas
    qtbot.mouseClick(canvas.layers[0], LEFT)  # its keys would be those of the whole layer
    designer.beside.close_card()
    click(qtbot, designer, 2, 1)
    if away:
        canvas.pointing.leave()
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_M)
    assert {column: gains.tolist() for column, gains in neuron_gains.gains.items()} == {2: [1, 0, 1]}
    qtbot.keyClick(focused, Qt.Key.Key_S)
    assert neuron_gains.is_solo(2, 1)
    qtbot.keyClick(focused, Qt.Key.Key_Right)
    assert canvas.view.highlight == Highlight(2, neuron=2)
    qtbot.keyClick(focused, Qt.Key.Key_Escape)
    assert canvas.view.highlight is None


def test_an_output_that_was_clicked_is_muted_by_its_key(
    qtbot: QtBot, designer: Designer, neuron_gains: NeuronGains
) -> None:
    designer.canvas.layers[1].setFocus()
    click(qtbot, designer, 3, 2)
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_M)
    assert {column: gains.tolist() for column, gains in neuron_gains.gains.items()} == {3: [1, 1, 0]}


def test_keys_act_on_the_neuron_under_the_pointer_and_never_on_a_line(
    qtbot: QtBot, designer: Designer, neuron_gains: NeuronGains
) -> None:
    canvas = designer.canvas
    canvas.layers[0].setFocus()
    canvas.pointing.hover(middle_of(designer, 2, 0))
    qtbot.keyClick(canvas.layers[0], Qt.Key.Key_M)
    assert list(neuron_gains.gains) == [2]
    neuron_gains.reset()
    canvas.view.set_highlight(Highlight(2, line=(0, 1)))
    qtbot.keyClick(canvas.layers[0], Qt.Key.Key_M)
    assert not neuron_gains.gains


def test_a_click_beside_the_neurons_or_another_network_ends_the_selection(
    qtbot: QtBot, session: Session, designer: Designer
) -> None:
    canvas = designer.canvas
    click(qtbot, designer, 1, 3)
    canvas.pointing.leave()
    assert canvas.view.highlight == Highlight(1, neuron=3)
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(2, canvas.height() - 2))
    assert canvas.view.highlight is None
    click(qtbot, designer, 1, 3)
    canvas.pointing.leave()
    session.document.edit("fewer", small_painting())
    assert canvas.view.highlight is None


def test_a_whole_layer_by_the_keys_and_the_head_s_menu(
    qtbot: QtBot, designer: Designer, neuron_gains: NeuronGains
) -> None:
    head = designer.canvas.layers[0]
    head.setFocus()
    qtbot.keyClick(head, Qt.Key.Key_M)
    assert neuron_gains.count == 4
    menu = menu_key(head)
    assert [action.text().partition("\t")[0] for action in menu.actions() if action.text()] == [
        "Duplicate",
        "Delete",
        "Freeze",
        "Settings",
        "Look closer",
        "Mute layer",
        "Scale layer…",
        "Leave alone",
    ]
    choose_in(menu, "Leave alone")
    assert neuron_gains.count == 0
    choose_in(right_click(designer, head.geometry().center()), "Scale layer")
    slider = menu_of(designer).slider
    assert slider is not None
    assert unnamed_controls(slider) == []
    qtbot.keyClick(slider.slider, Qt.Key.Key_Left)
    assert neuron_gains.gain(1, 3) == pytest.approx(0.95)
    type_over(qtbot, slider.number, "0.4")
    assert [neuron_gains.gain(1, neuron) for neuron in range(4)] == pytest.approx([0.4] * 4)
    type_over(qtbot, slider.number, "40")
    assert slider.problem.text() == "40 is too large: 2 at most."
    assert neuron_gains.gain(1, 3) == pytest.approx(0.4)
    type_over(qtbot, slider.number, "0.4")
    qtbot.keyClick(slider.number, Qt.Key.Key_Escape)
    assert menu_of(designer).slider is None
    assert neuron_gains.count == 4


def test_the_neuron_reached_by_keys_has_a_menu_and_stays_highlighted_after_it(
    qtbot: QtBot, designer: Designer, neuron_gains: NeuronGains
) -> None:
    head = walk(qtbot, designer, 0, 2)
    qtbot.keyClick(head, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    menu = open_menu()
    assert menu.accessibleName() == "Layer 1, neuron 3"
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.keyClick(head, Qt.Key.Key_M)
    assert neuron_gains.gain(1, 2) == 0
    assert designer.canvas.pointing.popup.text().startswith("Layer 1, neuron 3")


def test_keeping_is_undone(
    qtbot: QtBot, session: Session, designer: Designer, neuron_gains: NeuronGains
) -> None:
    train(qtbot, session)
    neuron_gains.set_gain(2, 0, 0.0)
    assert designer.gains is not None
    qtbot.mouseClick(designer.gains.keep, LEFT)
    until(qtbot, lambda: neuron_gains.count == 0 and session.status is Status.TRAINING)
    assert session.document.undo_stack.undoText() == "Keep muted and scaled neurons"
    session.document.undo_stack.undo()
    until(qtbot, lambda: neuron_gains.count == 1)


def train(qtbot: QtBot, session: Session) -> None:
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING and session.result.probed is not None)


# Weights


@pytest.mark.parametrize("typed", ["abc", "1e30", ""])
def test_an_invalid_weight_is_rejected_with_a_message(
    qtbot: QtBot, session: Session, designer: Designer, typed: str
) -> None:
    click_line(designer, 2, 0, 2)
    editor = editor_of(designer)
    editor.number.selectAll()
    qtbot.keyClick(editor.number, Qt.Key.Key_Delete)
    qtbot.keyClicks(editor.number, typed)
    qtbot.keyClick(editor.number, Qt.Key.Key_Return)
    assert editor.isVisible()
    assert editor.hint.text() == "A number from −1,000,000 to 1,000,000."
    qtbot.keyClick(editor.number, Qt.Key.Key_Escape)
    assert not session.document.undo_stack.count()


def test_enter_alone_changes_nothing(qtbot: QtBot, session: Session, designer: Designer) -> None:
    click_line(designer, 2, 0, 2)
    qtbot.keyClick(editor_of(designer).number, Qt.Key.Key_Return)
    assert menu_of(designer).editor is None
    wait_for_timers(qtbot, session, designer)
    assert not session.document.undo_stack.count()


def editor_of(designer: Designer) -> WeightEditor:
    editor = menu_of(designer).editor
    assert editor is not None
    return editor


def click_line(designer: Designer, column: int, before: int, after: int) -> None:
    pointing = designer.canvas.pointing
    where = pointing.place_of(Highlight(column, line=(before, after))).topLeft()
    found = pointing.highlight_at(QPointF(where))
    assert found == Highlight(column, line=(before, after))
    target = designer.canvas.childAt(where) or designer.canvas
    QTest.mouseClick(target, LEFT, pos=target.mapFrom(designer.canvas, where))


def weights(session: Session) -> list[float]:
    assert session.result.state is not None
    return [float(value) for value in session.result.state.weights[2][:, 2]]


def test_a_click_on_a_line_sets_its_weight_before_training(
    qtbot: QtBot, session: Session, designer: Designer
) -> None:
    click_line(designer, 2, 0, 2)
    editor = editor_of(designer)
    assert editor.title.text() == "Weight into Layer 2, neuron 3"
    assert editor.source.currentText().startswith("Layer 1, neuron 1 ")
    assert editor.number.hasFocus()
    assert unnamed_controls(editor) == []
    qtbot.keyClicks(editor.number, "-0.5")
    qtbot.keyClick(editor.number, Qt.Key.Key_Return)
    until(qtbot, lambda: session.result.state is not None)
    assert weights(session)[0] == -0.5
    until(qtbot, lambda: shown_weight(designer) == -0.5)
    session.document.undo_stack.undo()
    assert session.result.state is None
    until(qtbot, lambda: shown_weight(designer) != -0.5)


def test_the_popup_of_a_line_is_only_as_high_as_its_text(designer: Designer) -> None:
    pointing = designer.canvas.pointing
    pointing.hover(QPointF(pointing.place_of(Highlight(2, line=(0, 2))).topLeft()))
    assert pointing.popup.text().endswith("; Click to set this weight ")
    of_line = pointing.popup.height()
    assert of_line < 3 * pointing.popup.title.height() + 4 * GRID
    pointing.hover(QPointF(cell(designer, 1, 2)))
    assert pointing.popup.height() > of_line


def shown_weight(designer: Designer) -> float:
    pictures = designer.canvas.view.pictures
    assert pictures is not None, "the pictures stay while other weights of the same network come"
    assert pictures.columns[2].weights is not None
    return float(pictures.columns[2].weights[0, 2])


def test_escape_leaves_a_weight_and_the_arrows_step_it(
    qtbot: QtBot, session: Session, designer: Designer
) -> None:
    click_line(designer, 2, 0, 2)
    editor = editor_of(designer)
    before = float(editor.number.text().replace("−", "-"))
    qtbot.keyClick(editor.number, Qt.Key.Key_Up)
    assert 0 < float(editor.number.text().replace("−", "-")) - before < 0.5
    qtbot.keyClick(editor.number, Qt.Key.Key_Escape)
    assert menu_of(designer).editor is None
    assert not session.document.undo_stack.canUndo()


def test_a_weight_is_chosen_and_set_by_the_keys_while_training(
    qtbot: QtBot, session: Session, designer: Designer
) -> None:
    train(qtbot, session)
    head = walk(qtbot, designer, 1, 2)
    qtbot.keyClick(head, Qt.Key.Key_W)
    editor = editor_of(designer)
    sizes = [abs(each.value) for each in editor._incoming[:-1]]
    assert sizes == sorted(sizes, reverse=True)
    assert editor._incoming[-1].name == "Bias"
    qtbot.keyClick(editor.source, Qt.Key.Key_Down)
    source = editor._incoming[1].source
    assert source is not None
    qtbot.keyClick(editor.source, Qt.Key.Key_Return)
    assert editor.number.hasFocus()
    qtbot.keyClicks(editor.number, "7")
    qtbot.keyClick(editor.number, Qt.Key.Key_Return)
    until(qtbot, lambda: session.document.undo_stack.canUndo())
    assert session.result.history.changes[-1].value == f"weight {source + 1} → 3 of layer 2 = 7"
    until(qtbot, lambda: session.status is Status.TRAINING)
    walked = designer.canvas.pointing.walked
    assert walked == Highlight(2, neuron=2)


# Removing


def test_delete_removes_the_neuron_reached_by_keys_and_otherwise_the_layer(
    qtbot: QtBot, session: Session, designer: Designer
) -> None:
    head = walk(qtbot, designer, 0, 1)
    qtbot.keyClick(head, Qt.Key.Key_Delete)
    assert [layer["units"] for layer in session.document.experiment.layers] == [3, 3]
    session.document.undo_stack.undo()
    assert session.document.experiment.layers == SMALL.layers
    qtbot.keyClick(head, Qt.Key.Key_Escape)
    qtbot.keyClick(head, Qt.Key.Key_Delete)
    assert len(session.document.experiment.layers) == 1


def test_delete_never_removes_the_layer_of_a_neuron_reached_by_keys(
    qtbot: QtBot, session: Session, designer: Designer
) -> None:
    head = walk(qtbot, designer, 0, 1)
    designer.canvas.pointing.hover(QPointF(-50, -50))  # as when a popup closes under the pointer
    qtbot.keyClick(head, Qt.Key.Key_Delete)
    assert session.document.experiment.layers == SMALL.layers
    assert designer.canvas.pointing.walked == Highlight(1, neuron=1)

    for left in (3, 2):
        qtbot.keyClick(head, Qt.Key.Key_Delete)
        until(qtbot, lambda left=left: session.document.experiment.layers[0]["units"] == left)
        until(qtbot, lambda: designer.canvas.view.pictures is not None)
        qtbot.keyClick(head, Qt.Key.Key_Delete)
        assert len(session.document.experiment.layers) == 2
    qtbot.mouseClick(head, LEFT)
    qtbot.keyClick(designer.beside.layer.units, Qt.Key.Key_Escape)
    qtbot.keyClick(head, Qt.Key.Key_Delete)
    assert len(session.document.experiment.layers) == 1


def test_a_neuron_is_removed_by_the_menu_and_all_others_keep_their_weights(
    qtbot: QtBot, session: Session, designer: Designer
) -> None:
    train(qtbot, session)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    state = session.result.state
    assert state is not None
    choose_in(right_click(designer, cell(designer, 1, 2)), "Remove")
    assert session.result.state is not None
    assert np.array_equal(session.result.state.weights[0], np.delete(state.weights[0], 2, 1))
    until(qtbot, lambda: designer.canvas.view.pictures is not None)
    session.document.undo_stack.undo()
    assert session.result.state is state


def test_the_last_neuron_and_the_output_s_remain(qtbot: QtBot, session: Session, designer: Designer) -> None:
    menu = right_click(designer, cell(designer, 3, 0))
    assert not menu.actions()[-1].isEnabled()
    menu.close()
    first, second = SMALL.layers
    session.document.edit("one", small_painting(layers=(first.has(units=1), second)))
    until(qtbot, lambda: designer.canvas.view.pictures is not None)
    menu = right_click(designer, cell(designer, 1, 0))
    assert not menu.actions()[-1].isEnabled()
    menu.close()


def test_encoded_features_have_gains_but_the_inputs_before_them_have_none(
    qtbot: QtBot, session: Session, designer: Designer, neuron_gains: NeuronGains
) -> None:
    session.document.edit("encode", small_painting(encoding=part("encoding", "fourier")))
    until(qtbot, lambda: designer.canvas.view.pictures is not None)
    menu = right_click(designer, cell(designer, 0, 0))
    assert not any(action.isEnabled() for action in menu.actions() if action.text())
    menu.close()
    choose_in(right_click(designer, cell(designer, 1, 1)), "Mute")
    assert neuron_gains.gain(0, 1) == 0
    until(qtbot, lambda: neuron_gains.rendered is not None)


# In the window


def test_the_window_shows_gains_and_its_shortcuts_keep_or_reset_them(
    qtbot: QtBot, window: MainWindow
) -> None:
    session = window.session
    neuron_gains, painting = window.features.neuron_gains, window.features.views.output.painting
    assert not window.frame.actions["keep_gains"].isEnabled()
    train(qtbot, session)
    # Trained long enough for one neuron to change two digits.
    until(qtbot, lambda: session.result.progress is not None and session.result.progress.epoch > 300)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    # The SSIM beside it arrives a little later.
    plain = f"{session.result.psnr:.2f}"
    until(qtbot, lambda: plain in painting.head.score.text())
    head = walk(qtbot, window.features.designer, 1, 0)  # tanh neurons are never dead
    qtbot.keyClick(head, Qt.Key.Key_M)
    until(qtbot, lambda: plain not in painting.head.score.text())
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert neuron_gains.count == 0
    until(qtbot, lambda: plain in painting.head.score.text())
    qtbot.keyClick(head, Qt.Key.Key_M)
    until(qtbot, lambda: plain not in painting.head.score.text())
    assert neuron_gains.rendered is not None
    muted = f"{neuron_gains.rendered.psnr:.2f}"
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    until(qtbot, lambda: neuron_gains.count == 0 and muted in painting.head.score.text())
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert neuron_gains.count == 1
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    until(qtbot, lambda: plain in painting.head.score.text())

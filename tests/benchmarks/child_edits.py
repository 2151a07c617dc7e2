"""A child whose network is edited in the window while it trains, and whose heart is listened to."""

from collections.abc import Callable

from PySide6.QtGui import QAction

from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.designer.column_heads import LayerHead
from cadl_desktop.ui.window.main_window import MainWindow
from tests.benchmarks.showing import Heart, let_pass, open_window, wait, wait_for_tensorflow

LAYER = 4
"""Index of the layer that is edited, from 0."""
ON_THE_CARD = ("units", "activation", "reorder", "remove")
SETTLE_MS = 1000
BEFORE_AN_EDIT_MS = 50
"""Pause before each edit, so that its gap belongs to no other phase."""
BETWEEN_MS = 300
"""From a card that opens to what is done on it: no hand is faster."""
AFTER_AN_EDIT_MS = 1000
"""How long the heart is listened to once the edited network trains."""


def edits(name: str, seconds: str) -> dict[str, dict[str, float]]:
    """Gaps between heartbeats: idle, in training, when a layer's card opens, and from each edit until the new
    network has trained."""
    window = open_window(name)
    session, duration = window.session, int(float(seconds) * 1000)
    wait_for_tensorflow(window)
    let_pass(SETTLE_MS)
    heart = Heart()
    heart.phase("idle")
    let_pass(duration)
    heart.phase("train")
    window.frame.actions["train"].trigger()
    wait(session.status_changed, lambda: session.status is Status.TRAINING)
    let_pass(SETTLE_MS)
    heart.phase("training")
    let_pass(duration)
    for words, edit in _edits(window).items():
        if words in ON_THE_CARD:
            heart.phase("card")
            let_pass(BEFORE_AN_EDIT_MS)
            _open_card(window)
            let_pass(BETWEEN_MS)
        heart.phase(words)
        let_pass(BEFORE_AN_EDIT_MS)
        _edit_and_train(window, edit)
    answer = heart.gaps()
    session.close()
    return answer


def _edits(window: MainWindow) -> dict[str, Callable[[], None]]:
    """Edits in the order in which they are made, each through the control that a person has for it."""
    designer, actions = window.features.designer, window.frame.actions
    canvas, card = designer.canvas, designer.beside.layer

    def choose_tanh() -> None:
        box = card.activation
        box.setCurrentIndex(box.findData("tanh"))
        box.activated.emit(box.currentIndex())  # which Qt emits for a person's choice only

    return {
        "units": lambda: card.more.click(),
        "activation": choose_tanh,
        "add": lambda: canvas.gaps[LAYER].click(),
        "reorder": lambda: card.right.click(),
        "duplicate": lambda: _action(canvas.layers[LAYER], "Duplicate").trigger(),
        "remove": lambda: card.remove.click(),
        "undo": actions["undo"].trigger,
        "redo": actions["redo"].trigger,
    }


def _open_card(window: MainWindow) -> None:
    designer = window.features.designer
    if designer.beside.head is not designer.canvas.layers[LAYER]:
        designer.open_layer(LAYER)


def _action(head: LayerHead, title: str) -> QAction:
    return next(action for action in head.actions() if action.text() == title)


def _edit_and_train(window: MainWindow, edit: Callable[[], None]) -> None:
    session, before = window.session, window.document.experiment
    edit()
    if window.document.experiment == before:
        raise RuntimeError("an edit changed nothing")
    wait(session.status_changed, lambda: session.status is Status.TRAINING)
    let_pass(AFTER_AN_EDIT_MS)

"""Table of the window's parts: their widgets, their names in lessons, and their texts; and showing a part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.controls.section import open_around
from cadl_desktop.ui.designer.part_card import LayerCard
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.window.features import Features
from cadl_desktop.ui.window.toolbar import Toolbar


class GuidedWindow(Protocol):
    """The window, as far as this table needs it."""

    frame: Frame
    features: Features
    toolbar: Toolbar


class Step(NamedTuple):
    """Step of the tour; `place` counts from 1. `beside`: whether the bubble leaves what is below the part
    free. `trains`: whether the step's button trains, and the tour
    goes on once the network has learned."""

    place: int
    title: str
    text: str
    beside: bool = False
    trains: bool = False


@dataclass(frozen=True)
class Part:
    """Part of the window.

    find: returns its widget, opening the card that contains it if need be; None if this experiment has no
        such part.
    name: links to it in lessons, as `control:NAME`.
    explanation: its "What's this?" text. Controls have their tips instead.
    captions: sentences for newcomers below the network, about values and about gradients, by the names stored
        when they are closed.
    """

    find: Callable[[GuidedWindow], QWidget | None]
    name: str = ""
    explanation: str = ""
    step: Step | None = None
    captions: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def _first_layer(window: GuidedWindow) -> LayerCard | None:
    """Opens and returns the card of the first layer; None if there is none."""
    designer = window.features.designer
    if not designer.canvas.layers:
        return None
    if designer.beside.head is not designer.canvas.layers[0]:
        designer.open_layer(0)
    return designer.beside.layer


def _network_size(window: GuidedWindow) -> QWidget | None:
    size = window.features.side.data.network_size
    return None if size.isHidden() else size.slider


def _add_layer(window: GuidedWindow) -> QWidget:
    canvas = window.features.designer.canvas
    return canvas.gaps[-1] if canvas.gaps else canvas.empty.add


def _network(window: GuidedWindow) -> QWidget:
    canvas = window.features.designer.canvas
    return canvas.layers[0] if canvas.layers else canvas.first_place()


PARTS = (
    Part(
        lambda window: window.features.side.data,
        explanation=(
            "What is learned: a curve or a picture, by which method, and which samples are held out or "
            "hidden."
        ),
    ),
    Part(
        lambda window: window.features.side.data.gallery,
        "data",
        step=Step(
            1,
            "Bring",
            "What the network shall learn: a curve, one of these pictures, or your own. Choose one, or go "
            "on with the one that is chosen.",
        ),
    ),
    Part(lambda window: window.features.side.data.method.chooser, "method"),
    Part(_network_size, "network-size"),
    Part(lambda window: window.features.side.data.validation, "held-out"),
    Part(lambda window: window.features.side.data.inputs, "inputs"),
    Part(lambda window: window.features.side.data.targets, "targets"),
    Part(
        lambda window: window.features.side.encoding,
        explanation="What the inputs become before the first layer: "
        "waves, powers or grids help a network see detail.",
    ),
    Part(lambda window: window.features.side.encoding.kind, "encoding"),
    Part(
        lambda window: window.features.side.training,
        explanation=(
            "How it is learned: the cost that is made small, how each step is made of the gradient, how far "
            "it goes, how many samples it looks at, and when to stop. Most of it may change while it trains."
        ),
    ),
    Part(lambda window: window.features.side.training.cost, "cost"),
    Part(lambda window: window.features.side.training.kind, "optimizer"),
    Part(lambda window: window.features.side.training.rate, "rate"),
    Part(lambda window: window.features.side.training.schedule.kind, "schedule"),
    Part(lambda window: window.features.side.training.batch, "batch"),
    Part(lambda window: window.features.side.training.penalties["l1"], "l1"),
    Part(lambda window: window.features.side.training.penalties["l2"], "l2"),
    Part(lambda window: window.features.side.training.stop["epochs"], "epochs"),
    Part(lambda window: window.features.side.training.stop["seconds"], "seconds"),
    Part(lambda window: window.features.side.training.stop["change_below"], "change-below"),
    Part(lambda window: window.features.side.training.stop["patience"], "patience"),
    Part(lambda window: window.features.side.training.keep_best, "keep-best"),
    Part(
        lambda window: window.features.side.run,
        explanation=(
            "What this experiment is called, and the seed, from which all chance follows: same seed, same "
            "run."
        ),
    ),
    Part(lambda window: window.features.side.run.seed, "seed"),
    Part(lambda window: window.features.side.run.name, "name"),
    Part(
        lambda window: window.features.designer,
        explanation=(
            "The network, from its inputs on the left to its output on the right. Every tile is what a "
            "neuron computes: blue where it is positive, orange where it is negative. Lines are weights, the "
            "thicker the stronger. Layers and neurons are added, changed and removed here, also while it "
            "trains."
        ),
        captions={
            "tiles": (
                "Each tile is one neuron.",
                "Each tile: how the cost rises with what the neuron gives.",
            ),
        },
    ),
    Part(
        lambda window: window.features.designer.canvas,
        step=Step(
            3,
            "Look",
            "Every tile is a neuron and shows what it computes: rest the mouse on one. Below stands what "
            "they make together.",
            beside=True,
        ),
    ),
    Part(_network, "network"),
    Part(_add_layer, "add-layer"),
    Part(lambda window: card.units if (card := _first_layer(window)) else None, "units"),
    Part(lambda window: card.activation if (card := _first_layer(window)) else None, "activation"),
    Part(lambda window: card.initialiser if (card := _first_layer(window)) else None, "first-weights"),
    Part(lambda window: window.features.designer.canvas.output, "output-layer"),
    Part(lambda window: window.features.designer.keep, "keep-learned"),
    Part(lambda window: window.features.designer.bar.backwards, "backwards"),
    Part(
        lambda window: window.toolbar,
        explanation=(
            "Train starts and pauses, at the speed beside it; Step makes a single step; Reset goes back to "
            "the seed's first weights. "
            "The figures say how far the run is, how good, how fast, and how long it still takes."
        ),
    ),
    Part(
        lambda window: window.toolbar.train_button,
        "train",
        step=Step(
            2,
            "Train",
            "Starts learning, and pauses it; F5 does the same. See the network learn.",
            trains=True,
        ),
    ),
    Part(lambda window: window.toolbar.speed_button, "speed"),
    Part(lambda window: window.toolbar.step_button, "step"),
    Part(lambda window: window.toolbar.reset_button, "reset"),
    Part(
        lambda window: window.toolbar.export_button,
        "export",
        step=Step(
            5,
            "Take home",
            "Pictures, plots, films, weights and a script of all this, as files of yours.",
        ),
    ),
    Part(
        lambda window: window.features.views.output,
        "output",
        (
            "What the network makes of its inputs now, beside what it is to learn: a painting of every "
            "pixel's place, or a curve through the points. The error is blue where the painting is too "
            "bright and orange where it is too dark."
        ),
    ),
    Part(
        lambda window: window.features.views.cost,
        "cost-plot",
        (
            "The cost: how far off the network is, averaged over all samples, after every epoch. Training "
            "makes it as small as it can. A second line is the cost of samples that were held out, which "
            "the network never learned from; fainter lines are earlier runs."
        ),
    ),
    Part(
        lambda window: window.features.comparing.pane,
        "runs",
        (
            "Every run that has ended, with what was different and how far it came. Open one again to "
            "see it, to continue it, or to compare."
        ),
    ),
    Part(
        lambda window: window.features.timeline,
        "timeline",
        (
            "The moments of this run that were kept. Drag to look back at one, replay them, or branch: train "
            "on from there."
        ),
        Step(
            4,
            "Look back",
            "Each moment of a run is kept here: drag to see it again, replay all of it, or branch: "
            "train on from there.",
        ),
    ),
    Part(
        lambda window: window.frame.docks["lesson"],
        explanation=(
            "The lesson that is open, beside the network. Names of controls in it are links that show them, "
            "and its goal ticks itself."
        ),
    ),
    Part(
        lambda window: window.frame.docks["histograms"],
        "histograms",
        (
            "How the numbers of each layer spread while it trained, from top to bottom, and what the doctor "
            "finds in them."
        ),
    ),
    Part(
        lambda window: window.frame.docks["operations"],
        "operations",
        "What a step is computed of: every operation with its sizes and what it takes.",
    ),
    Part(
        lambda window: window.frame.docks["landscape"],
        "landscape",
        (
            "What the network would cost with other weights around those that are looked at, and the way "
            "that the run took to them. A click paints a point's weights."
        ),
    ),
)


def explain(window: GuidedWindow) -> None:
    """Sets the "What's this?" text of every part, and the captions of the network."""
    for part in PARTS:
        if part.explanation and (widget := part.find(window)):
            widget.setWhatsThis(part.explanation)
        if part.captions:
            window.features.designer.captions.add(part.captions)


CONTROLS_BY_NAME = {part.name: part.find for part in PARTS if part.name}
"""Targets of `control:NAME` links in lessons, by name."""


def show_control(window: GuidedWindow, name: str) -> QWidget | None:
    """Shows and focuses a control; None if this experiment doesn't have it."""
    find = CONTROLS_BY_NAME.get(name)
    control = find(window) if find else None
    if control is None:
        return None
    open_around(control)
    if not control.isVisible():
        return None
    target = control if control.focusPolicy() != Qt.FocusPolicy.NoFocus else _first_inside(control)
    target.setFocus(Qt.FocusReason.TabFocusReason)
    return control


def _first_inside(control: QWidget) -> QWidget:
    """First focusable widget in a control, or the control itself."""
    inside = control.findChildren(QWidget)
    takes = (part for part in inside if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible())
    return next(takes, control)

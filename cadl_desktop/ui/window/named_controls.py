"""The controls of the window by the names that lessons call them, and how each is shown."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QScrollArea, QToolBar, QWidget

from cadl_desktop.ui.controls.section import Section
from cadl_desktop.ui.window.whole import Whole

Find = Callable[[], QWidget | None]


def _layer(window: Whole) -> bool:
    """Opens the card of the first layer; False where there is none."""
    designer = window.features.designer
    if not designer.canvas.layers:
        return False
    if designer.beside.head is not designer.canvas.layers[0]:
        designer.open_layer(0)
    return True


def _units(window: Whole) -> QWidget | None:
    return window.features.designer.beside.layer.units if _layer(window) else None


def _activation(window: Whole) -> QWidget | None:
    return window.features.designer.beside.layer.activation if _layer(window) else None


def _first_weights(window: Whole) -> QWidget | None:
    return window.features.designer.beside.layer.initialiser if _layer(window) else None


def _add_layer(window: Whole) -> QWidget | None:
    canvas = window.features.designer.canvas
    return canvas.gaps[-1] if canvas.gaps else canvas.empty.add


def _network(window: Whole) -> QWidget | None:
    canvas = window.features.designer.canvas
    return canvas.layers[0] if canvas.layers else canvas.first_place()


def _output(window: Whole) -> QWidget | None:
    return window.features.designer.canvas.output


def controls_of(window: Whole) -> dict[str, Find]:
    """What `control:NAME` in a lesson's text leads to, by its name."""
    side, docks, actions, toolbar = (
        window.features.side,
        window.frame.docks,
        window.frame.actions,
        window.toolbar,
    )
    training = side.training
    return {
        "data": lambda: side.data.gallery,
        "method": lambda: side.data.method.chooser,
        "held-back": lambda: side.data.validation,
        "inputs": lambda: side.data.inputs,
        "targets": lambda: side.data.targets,
        "encoding": lambda: side.encoding.kind,
        "cost": lambda: training.cost,
        "optimizer": lambda: training.kind,
        "rate": lambda: training.rate,
        "schedule": lambda: training.schedule.kind,
        "batch": lambda: training.batch,
        "l1": lambda: training.penalties["l1"],
        "l2": lambda: training.penalties["l2"],
        "epochs": lambda: training.stop["epochs"],
        "seconds": lambda: training.stop["seconds"],
        "change-below": lambda: training.stop["change_below"],
        "seed": lambda: side.run.seed,
        "name": lambda: side.run.name,
        "network": lambda: _network(window),
        "add-layer": lambda: _add_layer(window),
        "units": lambda: _units(window),
        "activation": lambda: _activation(window),
        "first-weights": lambda: _first_weights(window),
        "output-layer": lambda: _output(window),
        "keep-learned": lambda: window.features.designer.keep,
        "train": lambda: toolbar.train_button,
        "step": lambda: toolbar.widgetForAction(actions["step"]),
        "reset": lambda: toolbar.widgetForAction(actions["reset"]),
        "export": lambda: toolbar.export_button,
        "output": lambda: window.features.views.output,
        "cost-plot": lambda: window.features.views.cost,
        "runs": lambda: window.features.runs,
        "timeline": lambda: window.features.timeline,
        "histograms": lambda: docks["histograms"],
        "operations": lambda: docks["operations"],
        "landscape": lambda: docks["landscape"],
    }


def show_control(window: Whole, name: str) -> QWidget | None:
    """Shows a control, opening whatever hides it, and gives it the keys; None where the
    experiment has none."""
    find = controls_of(window).get(name)
    control = find() if find else None
    if control is None:
        return None
    open_around(control)
    if not control.isVisible():
        return None
    target = control if control.focusPolicy() != Qt.FocusPolicy.NoFocus else _first_inside(control)
    target.setFocus(Qt.FocusReason.TabFocusReason)
    return control


def open_around(control: QWidget) -> None:
    """Opens whatever hides a control. Docks first: what is inside them has no place before they are shown."""
    around: list[QWidget] = [control]
    while (parent := around[-1].parentWidget()) is not None:
        around.append(parent)
    for part in reversed(around):
        if isinstance(part, QDockWidget | QToolBar) and part.isHidden():
            part.toggleViewAction().trigger()
        if isinstance(part, QDockWidget):
            part.raise_()
        if isinstance(part, Section):
            part.set_folded(False)
    for part in around[1:]:
        if isinstance(part, QScrollArea):
            if (inside := part.widget()) and (layout := inside.layout()):
                layout.activate()
            part.ensureWidgetVisible(control)


def _first_inside(control: QWidget) -> QWidget:
    """What in it can have the keys, or itself."""
    inside = control.findChildren(QWidget)
    takes = (part for part in inside if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible())
    return next(takes, control)

"""Dialogs of the Help menu: the list of shortcuts, and About with the licences of all libraries."""

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, metadata

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QWidget

import cadl_desktop
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.looks import label, native_keys
from cadl_desktop.ui.theme.icons import application_icon
from cadl_desktop.ui.theme.theme import GRID

LIBRARIES = (
    ("PySide6-Essentials", "LGPL-3.0"),
    ("pyqtgraph", "MIT"),
    ("tensorflow", "Apache-2.0"),
    ("keras", "Apache-2.0"),
    ("numpy", "BSD-3-Clause"),
    ("scikit-image", "BSD-3-Clause"),
    ("scipy", "BSD-3-Clause"),
    ("pillow", "MIT-CMU"),
    ("matplotlib", "PSF-based"),
    ("contourpy", "BSD-3-Clause"),
    ("msgspec", "BSD-3-Clause"),
    ("safetensors", "Apache-2.0"),
    ("platformdirs", "MIT"),
    ("psutil", "BSD-3-Clause"),
    ("tqdm", "MPL-2.0 and MIT"),
)


def shortcuts_dialog(actions: Sequence[QAction], parent: QWidget) -> QDialog:
    """Lists every action that has a shortcut, and the keys of the layer designer and other views."""
    dialog, grid = _dialog("Shortcuts", parent)
    rows = [
        (_keys_of(action), str(action.data()).rstrip("…"))
        for action in actions
        if not action.shortcut().isEmpty()
    ]
    rows += [
        ("Insert, Ctrl+D, Delete", "Layer designer: adds a layer, copies this one, removes it"),
        ("F", "Layer designer: freezes this layer's weights"),
        ("Ctrl+Left, Ctrl+Right", "Layer designer: moves this layer"),
        ("Arrows", "Layer designer: walks this layer's neurons"),
        ("Enter", "Layer designer: opens this layer's settings"),
        ("Z, Ctrl++, Ctrl+−", "Layer designer: looks closer, or from further away"),
        ("M, S", "Neuron: mutes it, or all others of its layer"),
        ("+, −", "Neuron or layer: lets more or less of it go on"),
        ("W", "Neuron: sets one of its weights"),
        ("Delete", "Neuron that was walked to: removes it"),
        ("Ctrl+Shift+E", "Curve plot: edits its points by hand"),
        ("Tab, arrows, Insert, Delete", "Points by hand: walks, moves, adds, removes them"),
        ("Left, Right, Page Up, Home, End", "Plot: reads values along its curve; Escape ends it"),
        ("Space", "Plot: says in words what it shows"),
        ("Ctrl+arrows, +, −, 0", "Plot: moves and zooms it, and resets that"),
        ("Home", "Network or picture: resets its zoom"),
        ("Enter, Delete", "Runs: opens a run again, removes it"),
    ]
    height = -(-len(rows) // 2)  # two columns: one is higher than a laptop's screen
    for index, (keys, title) in enumerate(rows):
        row, column = index % height, 3 * (index // height)
        grid.addWidget(QLabel(title), row, column)
        grid.addWidget(label(native_keys(keys), "muted"), row, column + 1)
    grid.setColumnMinimumWidth(2, 2 * GRID)
    return dialog


def _keys_of(action: QAction) -> str:
    form = QKeySequence.SequenceFormat.NativeText
    return ", ".join(key.toString(form) for key in action.shortcuts())


def about_dialog(found: Mapping[str, str], parent: QWidget) -> QDialog:
    """Version and licence of the program and of every library; `found` has the libraries' versions."""
    dialog, grid = _dialog("About cadl_desktop", parent)
    picture = QLabel()
    picture.setPixmap(application_icon().pixmap(48, 48))
    text = "Design small neural networks, watch them learn, and take the results home."
    text = f"<b>cadl_desktop {cadl_desktop.__version__}</b><br>{text}<br>MIT licence"
    title = label(text, wraps=True)
    title.setTextFormat(Qt.TextFormat.RichText)
    grid.addWidget(picture, 0, 0, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(title, 0, 1, 1, 2)
    grid.addWidget(label("Built on", "heading"), 1, 1)
    for index, (name, licence) in enumerate(LIBRARIES, start=2):
        grid.addWidget(QLabel(f"{name} {found[name]}"), index, 1)
        grid.addWidget(label(licence, "muted"), index, 2)
    note = "Qt is used under the LGPL: its libraries are separate files and can be exchanged."
    grid.addWidget(label(note, "small", "muted", wraps=True), len(LIBRARIES) + 2, 1, 1, 2)
    return dialog


def _dialog(title: str, parent: QWidget) -> tuple[QDialog, QGridLayout]:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    grid = QGridLayout()
    grid.setHorizontalSpacing(3 * GRID)
    grid.setVerticalSpacing(GRID // 2)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    describe(buttons.button(QDialogButtonBox.StandardButton.Close), "Close", "Closes this window (Esc).")
    buttons.rejected.connect(dialog.reject)
    in_column(grid, buttons, on=dialog, apart=2 * GRID, margins=(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID))
    return dialog, grid


def versions() -> dict[str, str]:
    """Installed version of every library, by name. Takes 30 ms, as all their metadata are read."""
    # TensorFlow's build without GPU kernels is a package of its own.
    return {name: _version_of(name) or _version_of(f"{name}-cpu") for name, _ in LIBRARIES}


def _version_of(name: str) -> str:
    """Version of a library; empty if it isn't installed."""
    try:
        return str(metadata(name)["Version"])
    except PackageNotFoundError:
        return ""

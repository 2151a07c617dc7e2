"""Help > Shortcuts: the list of all keys."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.looks import label, native_keys
from cadl_desktop.ui.manual.dialog_help import help_button
from cadl_desktop.ui.theme.theme import GRID


def shortcuts_dialog(actions: Sequence[QAction], parent: QWidget) -> QDialog:
    """Lists every action that has a shortcut, and the keys of the layer designer and other views."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Shortcuts")
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
        ("Ctrl+F, Alt+Left, Alt+Right", "Manual: searches, goes back and forward"),
    ]
    grid = QGridLayout()
    grid.setHorizontalSpacing(3 * GRID)
    grid.setVerticalSpacing(GRID // 2)
    height = -(-len(rows) // 2)  # two columns: one is higher than a laptop's screen
    for index, (keys, title) in enumerate(rows):
        row, column = index % height, 3 * (index // height)
        grid.addWidget(QLabel(title), row, column)
        grid.addWidget(label(native_keys(keys), "muted"), row, column + 1)
    grid.setColumnMinimumWidth(2, 2 * GRID)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    describe(buttons.button(QDialogButtonBox.StandardButton.Close), "Close", "Closes this window (Esc).")
    place = "window.md#use-it-by-keyboard"
    buttons.addButton(help_button(dialog, place), QDialogButtonBox.ButtonRole.HelpRole)
    buttons.rejected.connect(dialog.reject)
    in_column(grid, buttons, on=dialog, apart=GRID, margins=(3 * GRID, GRID, 3 * GRID, GRID))
    return dialog


def _keys_of(action: QAction) -> str:
    form = QKeySequence.SequenceFormat.NativeText
    return ", ".join(key.toString(form) for key in action.shortcuts())

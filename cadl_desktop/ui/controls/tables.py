"""What all tables of cells have in common."""

from PySide6.QtWidgets import QAbstractButton, QTableView

from cadl_desktop.ui.controls.fields import describe


def name_corner(table: QTableView) -> None:
    """Qt's button in the corner of both headers goes with them, and would have no name."""
    table.setCornerButtonEnabled(False)
    for corner in table.findChildren(QAbstractButton):
        describe(corner, "Corner of the table", "Does nothing.")

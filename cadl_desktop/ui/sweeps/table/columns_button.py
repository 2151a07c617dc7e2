"""Which columns of the trials' table are shown."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.sweeps.table.columns import NUMBER
from cadl_desktop.ui.sweeps.table.grid import TrialsGrid
from cadl_desktop.ui.sweeps.table.model import TrialsModel


class ColumnsButton(QToolButton):
    """Its menu has all columns. At first those are hidden in which all trials are alike, and come when trials
    differ there; a column that a person has shown or hidden stays so."""

    def __init__(self, model: TrialsModel, grid: TrialsGrid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._grid = model, grid
        self._own_choice: dict[str, bool] = {}
        """By a column's name whether it is wanted."""
        self.setText("Columns")
        self.setProperty("toggle", True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        text = "Which columns are shown; those in which all trials are alike are hidden at first."
        describe(self, "Columns", text)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._fill_menu)
        self.setMenu(menu)
        self._fill_menu()

    @Slot()
    def begin_anew(self) -> None:
        """Forgets what a person has chosen."""
        self._own_choice = {}
        self._hide_others()
        self._grid.fit_columns()

    def show_columns(self) -> None:
        """Looks again what trials differ in."""
        if self._hide_others():
            self._grid.fit_columns()

    def _hide_others(self) -> bool:
        """Shows what is wanted and nothing else; whether that is other than before."""
        changed = False
        for place, column in enumerate(self._model.columns):
            wanted = self._own_choice.get(column.name, column.is_kept or self._model.varies(place))
            if self._grid.isColumnHidden(place) == wanted:
                self._grid.setColumnHidden(place, not wanted)
                changed = True
        return changed

    @Slot()
    def _fill_menu(self) -> None:
        menu = self.menu()
        menu.clear()
        for place, column in enumerate(self._model.columns[NUMBER + 1 :], NUMBER + 1):
            action = menu.addAction(column.title)
            action.setToolTip(column.help)
            action.setCheckable(True)
            action.setChecked(not self._grid.isColumnHidden(place))
            action.setData(column.name)
            action.triggered.connect(self._choose)
        menu.addSeparator()
        action = menu.addAction("As at first")
        action.setToolTip("Hides the columns in which all trials are alike.")
        action.triggered.connect(self.begin_anew)

    @Slot()
    def _choose(self) -> None:
        """All that is ticked in the menu is wanted, and nothing else of what it names."""
        ticked = {action.data(): action.isChecked() for action in self.menu().actions() if action.data()}
        shown = {
            column.name: not self._grid.isColumnHidden(place)
            for place, column in enumerate(self._model.columns)
        }
        self._own_choice |= {name: on for name, on in ticked.items() if on != shown[name]}
        self.show_columns()

"""All neurons of one column in a window of their own: live, and in an order that the person chooses."""

import numpy as np
from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from cadl_desktop.runs.events import Floats
from cadl_desktop.sentences import filled
from cadl_desktop.session.asking import Newest
from cadl_desktop.session.views.neurons import Neurons
from cadl_desktop.ui.controls.fields import Chooser, describe, order_tabs
from cadl_desktop.ui.controls.layouts import SPRING, at, in_column, in_row, scrolled, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.network.gain_marks import gain_facts
from cadl_desktop.ui.network.look import Look
from cadl_desktop.ui.network.neuron_grid import NeuronGrid
from cadl_desktop.ui.network.neuron_menu import NeuronMenu, Spot
from cadl_desktop.ui.network.neuron_popup import Portrait, count_text, signed
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, notifier

_SIZE = (98 * GRID, 64 * GRID)


class ContactSheet(QDialog):
    """Not modal: the network goes on, and so does this. The order is made when it is asked for and stays,
    so that nothing moves while it is looked at."""

    def __init__(
        self,
        neurons: Neurons,
        titles: list[str],
        column: int,
        parent: QWidget,
        menu: NeuronMenu | None = None,
    ) -> None:
        super().__init__(parent)
        self._neurons, self._titles, self._menu = neurons, titles, menu
        self._column = column
        self._rises: Floats | None = None
        self._look: Look | None = None
        self._newest = Newest()
        self.setWindowTitle(self.tr("Neurons"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self.which, self.order = Chooser(), Chooser()
        self.again = QPushButton(self.tr("Sort again"))
        self.count, self.news = label("", "muted"), label("", "muted", "small")
        self.grid = NeuronGrid(menu.gain if menu else None)
        self.portrait = Portrait(upright=True)
        self._scroll = scrolled(self.grid)
        self._fill()
        self._lay_out()
        self._connect()
        self._take()
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_column(self, column: int) -> None:
        """Shows another column, in the order of its neurons."""
        self._column, self._rises = column, None
        self.which.set_name(str(column))
        self.order.set_name("number")
        self.grid.select(0)
        self._scroll.verticalScrollBar().setValue(0)
        self._sort()

    def _fill(self) -> None:
        for index, title in enumerate(self._titles):
            self.which.addItem(title, str(index))
        self.which.set_name(str(self._column))
        for name, title in (
            ("number", self.tr("By number")),
            ("mean", self.tr("By mean activity")),
            ("importance", self.tr("By importance")),
        ):
            self.order.addItem(title, name)
        self.order.set_name("number")
        describe(self.which, self.tr("Column"), self.tr("Which column of the network is shown."))
        text = self.tr("Importance is how much the cost rises when a neuron is muted.")
        describe(self.order, self.tr("Order"), text)
        text = self.tr("Puts the neurons in order by what they compute now.")
        describe(self.again, self.again.text(), text)
        set_icon(self.again, "reset")

    def _lay_out(self) -> None:
        for chooser in (self.which, self.order):
            chooser.setMinimumWidth(18 * GRID)
        head = in_row(self.which, self.count, SPRING, self.order, self.again)
        middle = in_row(wide(self._scroll), at(Qt.AlignmentFlag.AlignTop, self.portrait))
        in_column(head, wide(middle), self.news, on=self, margins=(2 * GRID, 2 * GRID, 2 * GRID, GRID))
        order_tabs([self.which, self.order, self.again, self.grid])

    def _connect(self) -> None:
        self._neurons.changed.connect(self._take)
        notifier().changed.connect(self._take)
        self.which.chosen.connect(lambda name: self.show_column(int(name)))
        self.order.chosen.connect(self._sort)
        self.again.clicked.connect(self._sort)
        self.grid.pointed.connect(self._tell)
        if self._menu is not None:
            self.grid.pressed.connect(self._press)
            self.grid.menu_wanted.connect(self._open_menu)

    @Slot()
    def _take(self) -> None:
        """Shows what the neurons compute now; closes where the network has another number of columns."""
        if self.isHidden() and self._look is not None:
            return
        columns, probed = self._neurons.columns, self._neurons.probed
        if not columns or probed is None:
            return  # another network is on its way; the last pictures stay until then
        if len(columns) != len(self._titles):
            self.close()
            return
        self._look = Look(columns, probed.grid, self.devicePixelRatioF())
        if len(self.grid.order) != len(columns[self._column].values):
            self._rises = None
            self._sort()
        self._show()

    def _show(self) -> None:
        if self._look is None:
            return
        column = self._look.columns[self._column]
        self.count.setText(count_text(column))
        self.grid.show_look(self._look, self._column)
        if self.grid.at < len(column.values):
            self._tell(self.grid.at)

    @Slot()
    def _sort(self) -> None:
        """Puts the neurons in the chosen order, as things stand now."""
        if self._look is None:
            return
        values = self._look.columns[self._column].values
        by, keys = self.order.name(), np.arange(len(values), dtype=np.float32)
        self.again.setEnabled(by != "number")
        self.news.setText("")
        if by == "mean":
            keys = -values.mean(axis=1)
        elif by == "importance":
            self._ask()
            keys = keys if self._rises is None else -self._rises
        self.grid.set_order(np.argsort(keys, kind="stable").tolist(), self._captions(by, values))
        self._show()

    def _captions(self, by: str, values: Floats) -> list[str]:
        if by == "mean":
            return [signed(float(value), 2) for value in values.mean(axis=1)]
        if by == "importance" and self._rises is not None:
            return [signed(float(value), 2) for value in self._rises]
        return []

    def _ask(self) -> None:
        """Has the importance measured, and sorts when it is known."""
        self.news.setText(self.tr("Measuring what the cost becomes without each neuron…"))
        done = self._newest.begin().only(self._take_importance)
        if not self._neurons.ask_importance(self._column, done):
            self.news.setText(self.tr("Only the neurons of hidden layers can be sorted by importance."))

    def _take_importance(self, rises: Floats) -> None:
        if self._look is None or self.order.name() != "importance":
            return
        values = self._look.columns[self._column].values
        if len(rises) != len(values):
            return
        self._rises = rises
        self.news.setText(self.tr("Below each neuron: how much the cost rises when it is muted."))
        order = np.argsort(-rises, kind="stable").tolist()
        self.grid.set_order(order, self._captions("importance", values))

    @Slot(int)
    def _press(self, key: int) -> None:
        if self._menu is not None and self._look is not None:
            if key == Qt.Key.Key_Delete:
                self._menu.remove(self._spot())
            else:
                self._menu.press(key, self._spot())
            self.grid.update()
            self._tell(self.grid.at)

    @Slot()
    def _open_menu(self) -> None:
        if self._menu is not None and self._look is not None:
            self._menu.open(self._spot())

    def _spot(self) -> Spot:
        cell = self.grid.cell(self.grid.at)
        place = QRect(self.grid.mapToGlobal(cell.topLeft()), cell.size())
        return Spot(self._column, self.grid.at, self._name(self.grid.at), place)

    def _name(self, neuron: int) -> str:
        title = self._titles[self._column]
        return filled(self.tr("{layer}, neuron {number}"), layer=title, number=neuron + 1)

    @Slot(object)
    def _tell(self, neuron: int) -> None:
        """Shows the neuron that the pointer or the keys are at closer up."""
        if self._look is None:
            return
        gain = self._menu.gain(self._column, neuron) if self._menu else 1.0
        more = gain_facts(gain)
        if self._rises is not None and neuron < len(self._rises):
            more.append((self.tr("Importance"), signed(float(self._rises[neuron]))))
        self.portrait.tell_neuron(self._name(neuron), self._look, self._column, neuron, more)

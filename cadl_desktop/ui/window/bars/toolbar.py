"""The bar above everything: files, undo, training, how far it is, and what can be taken home."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLayout, QSizePolicy, QToolBar, QToolButton, QWidget

from cadl_desktop.ui.diagnosis.doctor_chip import DoctorChip
from cadl_desktop.ui.export.export_menu import Exports
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.train_button import TrainButton
from cadl_desktop.ui.window.bars.readout import Readout
from cadl_desktop.ui.window.features import Features


class Toolbar(QToolBar):
    """The main toolbar; it can't be moved or hidden."""

    def __init__(self, frame: Frame, features: Features) -> None:
        super().__init__(frame.window)
        actions, machine = frame.actions, features.machine
        self.setWindowTitle("Main toolbar")
        self._spoken: list[QToolButton] = []
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addActions([actions["new"], actions["open"], actions["save"]])
        self.addSeparator()
        self.addActions([actions["undo"], actions["redo"]])
        self.addSeparator()
        self.train_button = TrainButton(actions["train"])
        self.addWidget(self.train_button)
        self.doctor = DoctorChip(machine.session)
        self._add_with_text(actions["sweep"])
        self.addWidget(self.doctor)
        self.step_button = self._add_with_text(actions["step"])
        self.reset_button = self._add_with_text(actions["reset"])
        self.addSeparator()
        self._readout = Readout(machine)
        self.addWidget(self._readout)
        self._add_space()
        self.export_button = self._export_button(actions["export"], features.exports)
        self.addWidget(self.export_button)
        self._put_buttons_in_tab_order()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where room is short, what has an icon that says it as well gives up its words, then the figures go
        that only tell of time, then the doctor's word, then the cost and how near it is, which stand beside
        their pictures, and then the epoch."""
        words, icons = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        for style, chip, left_out in (
            (words, words, 0),
            (icons, words, 0),
            (icons, words, 2),
            (icons, icons, 2),
            (icons, icons, 3),
            (icons, icons, 4),
            (icons, icons, 5),
        ):
            for button in self._spoken:
                button.setToolButtonStyle(style)
            self.doctor.setToolButtonStyle(chip)
            self._readout.leave_out(left_out)
            for part in (self.doctor, self._readout, self):
                _ask_anew(part)
            if self.sizeHint().width() <= self.width():
                return

    def _add_with_text(self, action: QAction) -> QWidget:
        self.addAction(action)
        button = self.widgetForAction(action)
        if isinstance(button, QToolButton):
            button.setAccessibleDescription(action.whatsThis())
            self._spoken.append(button)
        return button

    def _add_space(self) -> None:
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)

    def _export_button(self, export: QAction, exports: Exports) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(export)
        button.setText("Export")
        button.setAccessibleName("Export")
        self._spoken.append(button)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        button.setMenu(exports.menu(button))
        return button

    def _put_buttons_in_tab_order(self) -> None:
        for action in self.actions():
            button = self.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                button.setAccessibleName(button.accessibleName() or action.iconText())


def _ask_anew(widget: QWidget) -> None:
    """Forgets how much room a widget's parts asked for. Qt does so of what can be seen only."""
    layout = widget.layout()
    for each in (*layout.findChildren(QLayout), layout) if layout is not None else ():
        each.invalidate()
    widget.updateGeometry()

"""The bar of a presentation, in place of the toolbar."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QToolBar, QWidget

from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.frame.train_button import TrainButton


class PresentationBar(QToolBar):
    """Trains, unless a lesson is shown, and says how to leave."""

    def __init__(self, window: QWidget, train: QAction, *, trains: bool) -> None:
        super().__init__(window)
        self.setWindowTitle("Presentation")
        self.setObjectName("presentation")
        self.setMovable(False)
        button, space = TrainButton(train), QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(button).setVisible(trains)
        self.addWidget(space)
        self.addWidget(label("Escape leads back.", "muted"))
        self.setFocusProxy(button)

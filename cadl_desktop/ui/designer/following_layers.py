"""Whether the hidden layers follow the picture, said in the designer's head."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.fitting_label import FittingLabel
from cadl_desktop.ui.controls.following import Following
from cadl_desktop.ui.controls.layouts import in_row
from cadl_desktop.ui.theme.icons import set_icon

PATH = "layers"


class FollowingLayers(QWidget):
    """Words while they do, a button when they have been changed by hand; takes no room where no method says
    anything of them."""

    return_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = FittingLabel()
        self.button = QToolButton()
        set_icon(self.button, "follow", "muted")
        self.button.clicked.connect(self.return_wanted)
        in_row(self.words, self.button, on=self, apart=0)

    def show_following(self, following: Following) -> None:
        state = following.state(PATH)
        self.setVisible(bool(state))
        self.words.setVisible(state == "follows")
        self.button.setVisible(state == "typed")
        follow = "follow"
        if following.points:
            self.words.show_texts(("layers follow the points", follow))
            again = "Let the layers follow the points again"
        else:
            self.words.show_texts(("layers follow the picture", follow))
            again = "Let the layers follow the picture again"
        describe(self.button, again, f"{again}.")

"""Foldable section of a panel, and opening whatever a control is in."""

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Slot
from PySide6.QtWidgets import QDockWidget, QScrollArea, QSizePolicy, QToolBar, QToolButton, QWidget

from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.looks import set_tip
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

NEEDED = QEvent.Type(QEvent.registerEventType())
"""Event that each widget around a control gets before the control is shown for a reason."""


class Section(QWidget):
    """Heading that folds the content below it; the panel stores whether it is folded."""

    def __init__(
        self, title: str, content: QWidget, *, folded: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.content = content
        self._folded = folded
        heading = self._heading = QToolButton(self)
        heading.setText(title)
        heading.setProperty("heading", True)
        heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        heading.setFixedHeight(3 * GRID)
        heading.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        heading.setAccessibleName(title)
        heading.clicked.connect(self._toggle)
        in_column(heading, content, on=self, apart=GRID // 2)
        self._show()

    @property
    def folded(self) -> bool:
        return self._folded

    @Slot(bool)
    def set_folded(self, folded: bool) -> None:
        if folded != self._folded:
            self._folded = folded
            self._show()

    @Slot()
    def _toggle(self) -> None:
        self.set_folded(not self._folded)

    def _show(self) -> None:
        self.content.setVisible(not self._folded)
        set_icon(self._heading, "chevron-right" if self._folded else "chevron-down", "muted")
        text = "Folded. Shows these settings." if self._folded else "Hides these settings."
        set_tip(self._heading, text)


def open_around(control: QWidget) -> None:
    """Opens docks, sections and scroll areas around a control, also where Simple leaves them out. Docks come
    first: their content has no geometry before they are shown."""
    around: list[QWidget] = [control]
    while (parent := around[-1].parentWidget()) is not None:
        around.append(parent)
    for part in reversed(around):
        QCoreApplication.sendEvent(part, QEvent(NEEDED))
        if isinstance(part, QDockWidget | QToolBar) and part.isHidden():
            part.toggleViewAction().trigger()
        if isinstance(part, QDockWidget):
            part.raise_()
        if isinstance(part, Section):
            part.set_folded(False)
    for part in around[1:]:
        if isinstance(part, QScrollArea):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # by what was just opened
            part.ensureWidgetVisible(control)

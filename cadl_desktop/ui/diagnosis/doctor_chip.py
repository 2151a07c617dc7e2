"""Doctor's verdict as a coloured chip in the toolbar, which opens the list of findings."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Slot
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from cadl_desktop.runs.diagnosis.doctor import SHORT_NAMES
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.checkup import Verdict, checkup_of
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, scrolled
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.topics import set_topic
from cadl_desktop.ui.diagnosis.doctor_list import DoctorList
from cadl_desktop.ui.theme.theme import GRID, notifier, theme

_DOT = 10
_COLOURS: dict[Verdict, str] = {"unknown": "disabled", "well": "good", "ill": "amber", "diverged": "red"}


class DoctorChip(QToolButton):
    """Chip that follows a session's checkup. Its width fits every word, so nothing beside it moves."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._checkup = checkup_of(session)
        self.list: DoctorPopup | None = None
        self._size = QSize()
        self.setProperty("chip", True)
        set_topic(self, "doctor.md")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(_DOT, _DOT))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self.open)
        self._checkup.changed.connect(self._refresh)
        notifier().changed.connect(self._refresh)
        self._refresh()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        if self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
            return QSize(_DOT + 3 * GRID, 3 * GRID)
        if self._size.isEmpty():  # cached: the toolbar asks some thirty times an edit
            words = [*SHORT_NAMES.values(), "Diverged", "Doctor"]
            widest = max(map(self.fontMetrics().horizontalAdvance, words))
            self._size = QSize(widest + _DOT + 4 * GRID, 3 * GRID)
        return self._size

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Recomputes the width after a change of font or style."""
        self._size = QSize()
        super().changeEvent(event)

    @Slot()
    def open(self) -> None:
        """Shows the doctor's list below the chip."""
        if self.list is None:
            self.list = DoctorPopup(self._session, self)
        self.list.show_below(self)

    @Slot()
    def _refresh(self) -> None:
        verdict = self._checkup.verdict
        word = self._word(verdict)
        self.setText(word)
        self.setIcon(_dot(getattr(theme(), _COLOURS[verdict])))
        describe(self, f"Doctor: {word}", self._help(verdict))

    def _word(self, verdict: Verdict) -> str:
        findings = self._checkup.findings
        match verdict:
            case "diverged":
                return "Diverged" if self._checkup.diverged else "Got worse"
            case "ill":
                return SHORT_NAMES[findings[0].kind]
            case "well":
                return "All well"
        return "Doctor"

    def _help(self, verdict: Verdict) -> str:
        if self._checkup.findings:
            return f"{self._checkup.findings[0].words} Press to see what helps."
        if verdict == "well":
            return "The doctor finds nothing in this network that needs a remedy."
        return "Says whether this network learns as it should, once it has trained for a moment."


class DoctorPopup(QFrame):
    """Popup with the doctor's list, closed by Escape or a click beside it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("panel", True)
        self.findings = DoctorList(session)
        heading = label("Doctor", "heading")
        heading.setContentsMargins(GRID, GRID // 2, GRID, 0)
        scroll = scrolled(self.findings)
        in_column(heading, scroll, on=self, apart=0, margins=GRID // 2)
        self.setAccessibleName("Doctor")

    def sizeHint(self) -> QSize:
        wanted = self.findings.sizeHint().height() + 6 * GRID
        return QSize(44 * GRID, min(max(wanted, 10 * GRID), 60 * GRID))

    def show_below(self, chip: QWidget) -> None:
        self.findings.renew()
        self.resize(self.sizeHint())
        self.move(chip.mapToGlobal(QPoint(0, chip.height() + GRID // 2)))
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.focusNextChild()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


def _dot(colour: str) -> QIcon:
    ratio = 2.0
    drawn = QPixmap(QSize(_DOT, _DOT) * ratio)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(1, 1, _DOT - 2, _DOT - 2)
    painter.end()
    return QIcon(drawn)

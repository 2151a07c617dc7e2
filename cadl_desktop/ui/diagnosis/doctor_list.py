"""List of the doctor's findings, each with its remedies as buttons."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from cadl_desktop.runs.diagnosis.doctor import Finding, Remedy
from cadl_desktop.session.session import Session
from cadl_desktop.session.treating import treat
from cadl_desktop.session.views.checkup import checkup_of
from cadl_desktop.ui.controls.fields import describe, order_tabs, tab_start
from cadl_desktop.ui.controls.layouts import SPRING, at, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label, set_look
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID


def title_text(words: str) -> str:
    """Text with a capital first letter."""
    return words[:1].upper() + words[1:]


class DoctorList(QWidget):
    """Findings by severity. A finding keeps its card, so that no button moves under the mouse."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._checkup = session, checkup_of(session)
        self._cards: dict[tuple[str, int | None], FindingCard] = {}
        self._state = StateLine()
        self.tab_start = tab_start(self)
        self._column = in_column(self._state, SPRING, on=self, margins=(GRID, GRID // 2, GRID, GRID))
        self.setAccessibleName("What the doctor says")
        self._is_outdated = True
        self._checkup.changed.connect(self._mark_outdated)
        session.document.problems_changed.connect(self._mark_outdated)

    def cards(self) -> list["FindingCard"]:
        """Cards in their order on screen."""
        self.renew()
        return list(self._cards.values())

    @property
    def state_text(self) -> str:
        """Sentence shown without findings; empty where there are any."""
        self.renew()
        return self._state.text

    def showEvent(self, event: QShowEvent) -> None:
        self.renew()
        super().showEvent(event)

    @Slot()
    def _mark_outdated(self) -> None:
        """Marks the list as outdated; it is rebuilt when it is visible, as most edits change remedies."""
        self._is_outdated = True
        if self.isVisible():
            self.renew()

    def renew(self) -> None:
        """Rebuilds an outdated list; also called before showing, to size it."""
        if not self._is_outdated:
            return
        self._is_outdated = False
        findings = self._checkup.findings
        before, self._cards = self._cards, {}
        for place, finding in enumerate(findings):
            key = (finding.kind, finding.layer)
            card = before.pop(key, None) or FindingCard(self._session)
            card.show_finding(finding)
            if self._column.indexOf(card) != place:
                self._column.insertWidget(place, card)
            self._cards[key] = card
        for card in before.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        order_tabs([self.tab_start, *(button for card in self.cards() for button in card.buttons)])
        self._show_state(bool(findings))

    def _show_state(self, ill: bool) -> None:
        if ill:
            self._state.say("", well=False)
        elif self._session.document.problems:
            text = "Nothing can be trained yet: the warning sign beside a setting says why."
            self._state.say(text, well=False)
        elif self._checkup.examined:
            self._state.say("All well: nothing in this network needs a remedy.", well=True)
        elif self._session.stands_still:
            self._state.say("Nothing is measured while training stands still.", well=False)
        else:
            text = "Nothing has been measured yet: the doctor looks at the network while it trains."
            self._state.say(text, well=False)


class StateLine(QWidget):
    """Sentence in place of findings, with a tick if all is well."""

    def __init__(self) -> None:
        super().__init__()
        self._sign, self._text = QLabel(), label(wraps=True)
        set_icon(self._sign, "check", "good")
        in_row(at(Qt.AlignmentFlag.AlignTop, self._sign), wide(self._text), on=self)

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str, well: bool) -> None:
        self._text.setText(text)
        set_look(self._text, "muted", not well)
        self._sign.setVisible(well)
        self.setVisible(bool(text))


class FindingCard(QFrame):
    """Card of a finding, with a button for each remedy."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[Remedy, ...] = ()
        self.buttons: list[QPushButton] = []
        self.text = label(wraps=True)
        self.setProperty("message", "warning")
        self.starts = label("", "muted", wraps=True)
        sign = QLabel()
        set_icon(sign, "warning", "orange")
        words = in_row(at(Qt.AlignmentFlag.AlignTop, sign), wide(self.text))
        self._column = in_column(words, self.starts, on=self, apart=GRID // 2, margins=GRID)

    def show_finding(self, finding: Finding) -> None:
        if finding.words != self.text.text():
            self.text.setText(finding.words)
            self.setAccessibleName(finding.words)
        if finding.remedies != self._shown:
            self._offer(finding.remedies)

    def _offer(self, remedies: tuple[Remedy, ...]) -> None:
        """Shows a button for each remedy, reusing existing buttons."""
        self._shown = remedies
        self.starts.setText(_starts_in_words(remedies))
        self.starts.setVisible(bool(self.starts.text()))
        while len(self.buttons) > len(remedies):
            button = self.buttons.pop()
            button.hide()
            button.deleteLater()
        while len(self.buttons) < len(remedies):
            self._add_button(len(self.buttons))
        for button, remedy in zip(self.buttons, remedies, strict=True):
            button.setText(title_text(remedy.label))
            describe(button, button.text(), _effect(remedy))

    def _add_button(self, index: int) -> None:
        button = QPushButton()
        button.setProperty("small", True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self._apply(index))
        self.buttons.append(button)
        self._column.addWidget(button)

    def _apply(self, index: int) -> None:
        remedy = self._shown[index]
        treat(self._session, title_text(remedy.label), remedy)


def _effect(remedy: Remedy) -> str:
    """Tooltip of a remedy's button."""
    if remedy.moment is not None:
        effect = f"Goes back to step {remedy.moment.step:,} and trains on from there with this change"
    elif remedy.start == "anew":
        effect = "Starts over with this change"
    else:
        effect = "Makes this change of the experiment"
    return f"{effect}; Undo takes it back."


def _starts_in_words(remedies: tuple[Remedy, ...]) -> str:
    """Sentence above the buttons: from where the network learns with what they change."""
    moments = {remedy.moment.step for remedy in remedies if remedy.moment is not None}
    anew = [remedy for remedy in remedies if remedy.moment is None and remedy.start == "anew"]
    if not moments:
        return "What helps, from the first step on:" if anew else ""
    step = f"{min(moments):,}"
    if not anew:
        return f"What helps, from step {step} on, before the damage:"
    names = " and ".join(f"“{title_text(remedy.label)}”" for remedy in anew)
    return f"What helps, from step {step} on, before the damage; {names} from the first step on:"

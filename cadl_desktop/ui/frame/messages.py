"""What the window says to a person: news in the status line, warnings and errors above the drawing."""

from PySide6.QtCore import QObject, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.fields import window_text
from cadl_desktop.ui.frame.message_bar import MessageBar
from cadl_desktop.ui.frame.status_line import StatusLine


class Messages(QObject):
    """News goes by in the status line; a warning or an error stands in the bar until closed."""

    def __init__(self, document: Document, bar: MessageBar, line: StatusLine) -> None:
        super().__init__(bar)
        self._document, self.bar, self.line = document, bar, line
        self._data = document.experiment.data
        document.changed.connect(self._forget)

    @Slot(str, object)
    def say(self, kind: str, sentence: str) -> None:
        """Says a sentence of kind 'info', 'warning' or 'error'."""
        text = window_text(sentence)
        if kind == "info":
            self.line.say(text)
        else:
            self.line.show_status()  # what was going on is over
            self._data = self._document.experiment.data
            self.bar.say(kind, text)

    @Slot(object)
    def settle(self, sentence: str) -> None:
        """What this sentence says is so no longer."""
        self.bar.settle(window_text(sentence))

    @Slot(object)
    def _forget(self, experiment: Experiment) -> None:
        """What was said while other data were in use is settled."""
        if experiment.data != self._data:
            self._data = experiment.data
            self.bar.hide()

"""Small pictures of runs that came without one: projects of earlier versions have none."""

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.runs.thumbnail import thumbnail_of
from cadl_desktop.session.session import Session


class RunThumbnails(QObject):
    """Asks for one after the other, the newest first, while nothing trains."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: set[tuple[int, int]] = set()
        """Numbers and steps, as a picture that can't be made is not to be asked for for ever."""
        self._waits = False
        for news in (session.runs.changed, session.status_changed, session.device_changed):
            news.connect(self._look)

    @Slot()
    def _look(self) -> None:
        session = self._session
        if self._waits or session.status.live or not session.device:
            return
        for record in reversed(session.runs.records):
            key = record.number, record.steps
            if record.thumbnail is None and record.state is not None and key not in self._asked:
                self._asked.add(key)
                self._ask(record)
                return

    def _ask(self, record: RunRecord) -> None:
        assert record.state is not None
        self._waits = True
        self._session.ask.shown(record.experiment, record.state, lambda made: self._take(record, made[0]))

    def _take(self, record: RunRecord, made: Floats) -> None:
        """Unless the run has gone, or has gone on."""
        self._waits = False
        known = self._session.runs.record(record.number)
        if known is not None and known.state is record.state:
            self._session.runs.put(replace(known, thumbnail=thumbnail_of(made)))
        self._look()

"""Small pictures of runs that came without one: projects of earlier versions have none."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.record import RunRecord, thumbnail_of
from cadl_desktop.session.asking import OneAtATime, Question
from cadl_desktop.session.session import Session


class RunThumbnails(QObject):
    """Asks for one after the other, the newest first, while nothing trains."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: set[tuple[int, int]] = set()
        """Numbers and steps, as a picture that can't be made is not to be asked for for ever."""
        self._asking = OneAtATime(self._question, session.tell_error, self)
        for news in (session.runs.changed, session.status_changed, session.device_changed):
            news.connect(self._asking.look)

    def _question(self) -> Question | None:
        session = self._session
        if session.status.live or not session.device:
            return None
        for record in reversed(session.runs.records):
            key = record.number, record.steps
            if record.thumbnail is None and record.state is not None and key not in self._asked:
                self._asked.add(key)
                arguments = record.experiment, record.state.weights
                ask = partial(session.ask, "cadl_desktop.engine:render", arguments)
                return Question(ask, partial(self._take, record))
        return None

    def _take(self, record: RunRecord, made: tuple[Floats, float | None]) -> None:
        """Unless the run has gone, or has gone on."""
        known = self._session.runs.record(record.number)
        if known is not None and known.state is record.state:
            self._session.runs.put(replace(known, thumbnail=thumbnail_of(made[0])))

"""What the process that computes has to say, sent by a thread of its own: who computes waits for nobody, but
for a window that reads nothing."""

import logging
import os
from collections import deque
from collections.abc import Mapping
from threading import Condition, Event, Thread

import numpy as np

from cadl_desktop.computing.failure import ForeignError
from cadl_desktop.computing.link import BrokenError, Link
from cadl_desktop.computing.messages import Answer, Answered, Refused, Told
from cadl_desktop.runs.events import Progressed, RunState

log = logging.getLogger(__name__)

TOGETHER_SECONDS = 0.01
"""How long what a run tells may wait for more: small networks tell something a thousand times a second, which
each would wake the window's process."""
MOST_TOLD_BYTES = 2**27
"""So much of what runs tell may wait, and one event more."""
_LEAST_BYTES = 1024
"""What a message takes without its arrays, at most."""


class Outbox:
    """Sends messages in the order in which they were put, several at a time, as many as there are: the window
    reads on a thread of its own. Where it doesn't, as when it has been stopped, a run waits once it has told
    a lot, which its clock takes for sleep; of all else there is no more than was asked for."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._waiting: deque[tuple[Answer, int]] = deque()
        """And how many bytes of what runs have told each is."""
        self._some, self._awaited = Event(), Event()
        self._room = Condition()
        self._told_bytes = 0
        """Of what waits, and of what is being sent."""

    def begin(self) -> None:
        Thread(target=self._send_all, name="outbox", daemon=True).start()

    def put(self, message: Answer) -> None:
        """On any thread."""
        size = 0
        if isinstance(message, Told):
            size = _LEAST_BYTES + _array_bytes(vars(message.event))
            with self._room:
                self._room.wait_for(lambda: self._told_bytes <= MOST_TOLD_BYTES)
                self._told_bytes += size
        self._waiting.append((message, size))
        if not isinstance(message, Told):
            self._awaited.set()
        self._some.set()

    def _send_all(self) -> None:
        try:
            while True:
                self._some.wait()
                self._some.clear()
                self._awaited.clear()
                self._send_waiting()
                self._awaited.wait(TOGETHER_SECONDS)
        except BrokenError:
            pass  # whoever reads notices it too, and ends the process
        except Exception:  # nobody would hear anything any more
            log.exception("nothing more can be told")
            os._exit(1)

    def _send_waiting(self) -> None:
        waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
        self._send([message for message, _ in waiting])
        with self._room:
            self._told_bytes -= sum(size for _, size in waiting)
            self._room.notify_all()

    def _send(self, messages: list[Answer]) -> None:
        try:
            self._link.send(messages)
        except BrokenError:
            raise
        except Exception as error:
            self._send_instead(messages, error)

    def _send_instead(self, messages: list[Answer], error: Exception) -> None:
        """One that can't be pickled costs no other."""
        if len(messages) > 1:
            for message in messages:
                self._send([message])
        elif isinstance(messages[0], Answered):
            text = f"an answer can't be sent: {error}"
            self._link.send([Refused(messages[0].number, ForeignError(text))])
        else:
            raise error


def _array_bytes(values: Mapping[str, object]) -> int:
    """Of an event's, or those of what is in one."""
    found = 0
    for value in values.values():
        if isinstance(value, np.ndarray):
            found += value.nbytes
        elif isinstance(value, tuple):
            found += sum(each.nbytes for each in value if isinstance(each, np.ndarray))
        elif isinstance(value, RunState | Progressed):
            found += _array_bytes(vars(value))
    return found

"""What the process that computes has to say, sent by a thread of its own: who computes waits for nobody."""

import logging
import os
from collections import deque
from threading import Event, Thread

from cadl_desktop.computing.failure import ForeignError
from cadl_desktop.computing.link import BrokenError, Link
from cadl_desktop.computing.messages import Answer, Answered, Refused, Told

log = logging.getLogger(__name__)

TOGETHER_SECONDS = 0.01
"""How long what a run tells may wait for more: small networks tell something a thousand times a second, which
each would wake the window's process."""


class Outbox:
    """Sends messages in the order in which they were put, several at a time, as many as there are: the window
    reads on a thread of its own."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._waiting: deque[Answer] = deque()
        self._some, self._awaited = Event(), Event()

    def begin(self) -> None:
        Thread(target=self._send_all, name="outbox", daemon=True).start()

    def put(self, message: Answer) -> None:
        """On any thread."""
        self._waiting.append(message)
        if not isinstance(message, Told):
            self._awaited.set()
        self._some.set()

    def _send_all(self) -> None:
        try:
            while True:
                self._some.wait()
                self._some.clear()
                self._awaited.clear()
                self._send([self._waiting.popleft() for _ in range(len(self._waiting))])
                self._awaited.wait(TOGETHER_SECONDS)
        except BrokenError:
            pass  # whoever reads notices it too, and ends the process
        except Exception:  # nobody would hear anything any more
            log.exception("nothing more can be told")
            os._exit(1)

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

"""Outbox of the computing process: sends its responses on a thread of their own."""

import logging
import os
from collections import deque
from collections.abc import Mapping
from threading import Condition, Event, Thread
from traceback import format_exception

import numpy as np

from cadl_desktop.computing.compute_messages import CallFailed, CallResult, LogLine, Response, RunEvent
from cadl_desktop.computing.failure import ForeignError
from cadl_desktop.runs.events import Progressed, RunState
from cadl_desktop.system.channel import Channel, ChannelError

log = logging.getLogger(__name__)

TOGETHER_SECONDS = 0.01
"""Delay in which events of a run are gathered before they are sent: small networks make a thousand per
second, and every message wakes the window's process."""
MOST_UNSENT_BYTES = 2**27
"""Limit of the events that wait to be sent; one more may exceed it."""
_LEAST_BYTES = 1024
"""Size of a message without its arrays, at most."""


class Outbox:
    """Queue of responses, sent in order on a thread of its own, everything that waits in one message.

    If the window doesn't read, as when its process was stopped, `put` blocks a run once MOST_UNSENT_BYTES of
    its events wait; the run's clock doesn't count that time. Other responses never block: there are no more
    of them than requests.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._queue: deque[tuple[Response, int]] = deque()
        """Responses with the bytes that they count as: those of events, 0 for others."""
        self._has_messages, self._urgent = Event(), Event()
        self._space = Condition()
        self._unsent_bytes = 0
        """Bytes of events that wait or are being sent."""

    def start(self) -> None:
        """Starts the thread, which runs until the channel closes."""
        Thread(target=self._send_all, name="outbox", daemon=True).start()

    def put(self, message: Response) -> None:
        """Queues a response; callable from any thread."""
        size = 0
        if isinstance(message, RunEvent):
            size = _LEAST_BYTES + _array_bytes(vars(message.event))
            with self._space:
                self._space.wait_for(lambda: self._unsent_bytes <= MOST_UNSENT_BYTES)
                self._unsent_bytes += size
        self._queue.append((message, size))
        if not isinstance(message, RunEvent):
            self._urgent.set()
        self._has_messages.set()

    def _send_all(self) -> None:
        try:
            while True:
                self._has_messages.wait()
                self._has_messages.clear()
                self._urgent.clear()
                self._send_waiting()
                self._urgent.wait(TOGETHER_SECONDS)
        except ChannelError:
            pass  # the receiving thread notices it too, and ends the process
        except Exception:  # the window would wait for ever
            log.exception("nothing more can be told")
            os._exit(1)

    def _send_waiting(self) -> None:
        waiting = [self._queue.popleft() for _ in range(len(self._queue))]
        self._send([message for message, _ in waiting])
        with self._space:
            self._unsent_bytes -= sum(size for _, size in waiting)
            self._space.notify_all()

    def _send(self, messages: list[Response]) -> None:
        try:
            self._channel.send(messages)
        except ChannelError:
            raise
        except Exception as error:
            self._send_one_by_one(messages, error)

    def _send_one_by_one(self, messages: list[Response], error: Exception) -> None:
        """Sends the others of several messages of which one can't be pickled, and an error in its place."""
        if len(messages) > 1:
            for message in messages:
                self._send([message])
        elif isinstance(messages[0], CallResult):
            text = f"an answer can't be sent: {error}"
            self._channel.send([CallFailed(messages[0].number, ForeignError(text))])
        else:
            raise error


class LogHandler(logging.Handler):
    """Logging handler that sends records to the window's log."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__()
        self._outbox = outbox

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + "".join(format_exception(record.exc_info[1]))
        self._outbox.put(LogLine(record.name, record.levelno, text))


def _array_bytes(values: Mapping[str, object]) -> int:
    """Bytes of the arrays in an event and in its parts."""
    found = 0
    for value in values.values():
        if isinstance(value, np.ndarray):
            found += value.nbytes
        elif isinstance(value, tuple):
            found += sum(each.nbytes for each in value if isinstance(each, np.ndarray))
        elif isinstance(value, RunState | Progressed):
            found += _array_bytes(vars(value))
    return found

"""The process that computes for a window, until the window is gone."""

import faulthandler
import logging
import os
import signal
from contextlib import suppress
from threading import Thread
from traceback import format_exception
from typing import IO

from cadl_desktop.computing.computer import Computer
from cadl_desktop.computing.link import BrokenError, Link
from cadl_desktop.computing.messages import Logged
from cadl_desktop.computing.outbox import Outbox
from cadl_desktop.system.libraries import restrain_libraries
from cadl_desktop.system.own_process import private_input
from cadl_desktop.system.priority import give_way

log = logging.getLogger(__name__)


def serve() -> int:
    """Does what comes in on standard input until that ends, and the process with it."""
    asked, answers = private_input(), _private_output()
    _outlive_signals()
    with suppress(RuntimeError, OSError, ValueError):  # where there is nobody to tell
        faulthandler.enable()
    # Of threads that compute at every step, and those that measure and paint, the window would have to wait
    # for a core for 50 ms and more.
    give_way(apart=True)
    restrain_libraries()
    link = Link(asked, answers, keeps=False)
    outbox = Outbox(link)
    logging.getLogger().addHandler(_ToWindow(outbox))
    logging.getLogger().setLevel(logging.INFO)
    computer = Computer(outbox.put)
    outbox.begin()
    Thread(target=_hear_all, args=(link, computer), name="hearing", daemon=True).start()
    computer.compute()
    return 0


def _hear_all(link: Link, computer: Computer) -> None:
    while True:
        try:
            request = link.receive()
            computer.let_go(link.take_let_go())
            computer.hear(request)
        except BrokenError:
            os._exit(0)  # what is being computed is wanted by nobody any more
        except Exception:  # whoever has asked would wait for ever
            log.exception("a request can't be heard")
            os._exit(1)


def _private_output() -> IO[bytes]:
    """Standard output for answers alone: what libraries print goes where errors go."""
    answers = os.fdopen(os.dup(1), "wb")
    with suppress(OSError):  # there may be none
        os.dup2(2, 1)
    return answers


def _outlive_signals() -> None:
    """Those that all processes of a terminal or a session get: the window ends this one, when it has asked
    for what was learned."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with suppress(AttributeError, ValueError, OSError):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


class _ToWindow(logging.Handler):
    """Has the window's log say it."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__()
        self._outbox = outbox

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + "".join(format_exception(record.exc_info[1]))
        self._outbox.put(Logged(record.name, record.levelno, text))

"""The process that decodes: one file after the other, within limits, until nobody is there to ask."""

import faulthandler
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from io import BytesIO
from typing import IO, Any

from cadl_desktop.decoding.command import DECODERS
from cadl_desktop.decoding.stream import (
    Array,
    RefusedError,
    StreamError,
    fill,
    plain_refusal,
    read_header,
    write_array,
    write_header,
)

MOST_MEMORY = 2**30
_MOST_WORDS = 500

Decode = Callable[..., Iterator[tuple[str, Array]]]


def serve() -> int:
    """Answers what comes in on standard input until that ends; gives the exit code."""
    asked, answers = sys.stdin.buffer, _private_output()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    _limit_memory()
    _decode("picture")  # what most files are
    nothing = open(os.devnull, "w")  # noqa: SIM115  # for as long as the process lives
    while True:
        try:
            request = read_header(asked)
            content = _content(asked, request)
        except StreamError:
            return 0
        decode = _decode(request["decoder"])
        # Ends the process, also in a decoder that never comes back, and when nobody waits for it any more.
        faulthandler.dump_traceback_later(request["seconds"], exit=True, file=nothing)
        try:
            _answer(answers, decode, content or request["path"], request["values"])
            answers.flush()
        except OSError:  # nobody is there any more
            return 1
        faulthandler.cancel_dump_traceback_later()


def _private_output() -> IO[bytes]:
    """Standard output for answers alone: what libraries print goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return answers


def _limit_memory() -> None:
    """What is allocated, not what is reserved; nor is there a core file of a crash. macOS doesn't hold the
    first, and Windows knows neither: there only what headers say is bounded."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))


def _content(asked: IO[bytes], request: dict[str, Any]) -> bytearray:
    content = bytearray(request["bytes"])
    fill(asked, memoryview(content))
    return content


def _decode(name: str) -> Decode:
    module, _, function = DECODERS[name].partition(":")
    found: Decode = getattr(import_module(module), function)
    return found


def _answer(answers: IO[bytes], decode: Decode, source: str | bytearray, values: dict[str, Any]) -> None:
    try:
        with open(source, "rb") if isinstance(source, str) else BytesIO(source) as file:
            for name, array in decode(file, **values):
                write_array(answers, name, array)
        write_header(answers, {"end": True})
    except RefusedError as refusal:
        write_header(answers, {"refusal": plain_refusal(refusal)})
    except MemoryError:
        write_header(answers, {"memory": MOST_MEMORY})
    except Exception as error:  # decoders raise nearly anything for damaged data
        write_header(answers, {"failed": repr(error)[:_MOST_WORDS]})

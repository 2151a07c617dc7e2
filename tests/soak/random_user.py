"""A random user before the real program, on an X server of their own, while it trains."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from pydoc import locate
from random import Random
from typing import Any

from cadl_desktop.export.job import CancelledError
from cadl_desktop.sentences import SentenceError
from tests.benchmarks.processes import ROOT, Environment, virtual_screen
from tests.process_groups import kill_survivors
from tests.soak import random_user_program
from tests.soak.soak import Attempt, Row, Soak
from tests.soak.user_files import put_files

SECONDS = 360.0
PATIENCE = 240.0
"""Time for starting, closing everything, and undoing."""
NEAR = 1.0
"""Seconds within which the control's gap excuses one of the window."""
LONGEST = 150.0
"""Milliseconds for which the window must not stand still, whoever else wants the machine: what is left of a
gap without the time in which its thread could have gone on and had no processor."""
_OPENBOX = """<openbox_config xmlns="http://openbox.org/3.4/rc">
<focus><focusNew>yes</focusNew></focus><desktops><number>1</number></desktops><keyboard/>
<mouse><context name="Client"><mousebind button="Left" action="Press">
<action name="Focus"/><action name="Raise"/></mousebind></context></mouse>
</openbox_config>"""
"""Configuration of the window manager: one desktop and no shortcuts, by which the user could leave it."""
_LOG = ".local/state/cadl_desktop/log"
_ENTRY = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (\w+) (\S+): ", re.MULTILINE)
_GAP = re.compile(
    r"stood still for (\d+) ms, of which its thread computed for (\d+) and waited for a processor for (\d+)"
)
_BEFORE, _BEFORE_THE_END = 6, 100
"""Actions of the user that are reported before an error, and before the end of the program."""


@dataclass(frozen=True)
class Entry:
    """Entry of a log, with all its lines."""

    end: float
    """Seconds since 1970."""
    level: str
    logger: str
    text: str


@dataclass(frozen=True)
class Gap:
    """The window stood still: from when to when, in seconds since 1970, and what ran."""

    begin: float
    end: float
    computed: float
    """Milliseconds, as all that follows."""
    waited: float
    """Time spent waiting for a processor, by the system's account."""
    entry: Entry

    @property
    def milliseconds(self) -> float:
        return 1000 * (self.end - self.begin)

    @property
    def own(self) -> float:
        """Time in which the thread computed, or waited for anything but a processor."""
        return self.milliseconds - self.waited

    def in_short(self) -> str:
        """Stack samples in short: our frames, the innermost last, and other libraries."""
        head, *looks = re.split(r"\n  (?=after \d)", self.entry.text)
        own, beside = list[str](), list[str]()
        for places in ([place.strip() for place in look.split("\n")] for look in looks):
            beside += [place for place in places if "beside it" in place and "threading.py" not in place]
            ours = [place for place in places if "/cadl_desktop/" in place and "beside it" not in place]
            own.append(" > ".join(ours[-3:]))
        return "\n  ".join([head, *own, *dict.fromkeys(beside)])

    def is_near(self, other: "Gap") -> bool:
        return self.begin - NEAR < other.end and other.begin - NEAR < self.end


def attempt(seed: int, folder: Path, seconds: float = SECONDS) -> Attempt:
    home, files, temporary = (folder / name for name in ("home", "files", "temporary"))
    for made in (home, files, temporary):
        made.mkdir()
    put_files(files, Random(seed))
    idle = folder / "control.log"
    with _screen(home, temporary) as environment, _control(environment, idle):
        told, wrong = _used(environment, folder, seconds, [str(seed), str(seconds), str(files)])
    entries = list(_entries(sorted((home / _LOG).glob("*.log*"), reverse=True)))
    all_gaps, excuses = gaps(entries), gaps(_entries([idle]))
    unexcused = [gap for gap in all_gaps if not any(gap.is_near(other) for other in excuses)]
    own = [gap for gap in all_gaps if gap.computed > LONGEST or (gap in unexcused and gap.own > LONGEST)]
    numbers = {
        "minutes": seconds / 60,
        "deeds": float(told.get("deeds", 0)),
        "edits taken back": float(told.get("undone", 0)),
        "gaps over 150 ms": float(len(all_gaps)),
        "gaps of the idle control": float(len(excuses)),
        "gaps that the control did not show": float(len(unexcused)),
        "gaps over 150 ms without waiting for a processor": float(len(own)),
        "longest gap": max((gap.milliseconds for gap in all_gaps), default=0.0),
    }
    wrong += [*told.get("wrong", ()), *_errors(entries)]
    if not told:  # nothing else says then how it came to its end
        wrong += [f"the user {deed}" for deed in _done(entries, _BEFORE_THE_END)]
    for gap in own:
        before = entries[: entries.index(gap.entry)]
        wrong.append("\n  ".join([gap.in_short(), *_done(before, _BEFORE)]))
    return Attempt(numbers, "\n".join(wrong))


def gaps(entries: Iterable[Entry]) -> list[Gap]:
    found = ((entry, _GAP.search(entry.text)) for entry in entries)
    return [
        Gap(entry.end - int(match[1]) / 1000, entry.end, float(match[2]), float(match[3]), entry)
        for entry, match in found
        if match and int(match[1]) > LONGEST
    ]


def _used(
    environment: Environment, folder: Path, seconds: float, words: Sequence[str]
) -> tuple[dict[str, Any], list[str]]:
    """Report of the user at the end, and problems in the program's exit and output."""
    program = subprocess.Popen(
        [sys.executable, "-m", random_user_program.__name__, *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,  # whoever it leaves behind is found by it
    )
    wrong = []
    try:
        out, said = program.communicate(timeout=seconds + PATIENCE)
    except subprocess.TimeoutExpired:
        wrong.append("it did not come to an end")
        program.send_signal(signal.SIGABRT)  # where it was is then written
        out, said = program.communicate()
    if program.returncode:
        wrong.append(f"exit code {program.returncode}")
    wrong += [f"left {process}" for process in kill_survivors(program.pid)]
    wrong += [f"said {line!r}" for line in said.splitlines()]
    for crash in folder.glob(f"home/{_LOG}/crash.txt"):
        wrong += [crash.read_text()] if crash.stat().st_size else []
    told = [line for line in out.splitlines() if line.startswith("{")]
    return json.loads(told[-1]) if told else {}, wrong


@contextmanager
def _screen(home: Path, temporary: Path) -> Iterator[Environment]:
    """Starts a private X server, with a window manager where one is installed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program keeps its compiled modules
    kept |= {"HOME": str(home), "TMPDIR": str(temporary), "TF_CPP_MIN_LOG_LEVEL": "3"}
    # The program says the last one itself, before it imports what the soak's has imported by then.
    kept |= {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "xcb", "OPENBLAS_NUM_THREADS": "1"}
    kept["PATH"] = f"{_launcher(temporary)}{os.pathsep}{kept.get('PATH', '')}"
    with virtual_screen("Xvfb") as display:
        environment = kept | {"DISPLAY": display}
        manager = shutil.which("openbox")
        if manager is None:
            yield environment
            return
        settings = temporary / "openbox.xml"
        settings.write_text(_OPENBOX, encoding="utf-8")
        command = [manager, "--config-file", str(settings)]
        with _beside(command, environment | {"HOME": str(temporary)}):
            yield environment


def _launcher(temporary: Path) -> Path:
    """The folder of what opens folders and links: nobody looks at them, and some machines have none."""
    folder = temporary / "bin"
    folder.mkdir()
    launcher = folder / "xdg-open"
    launcher.write_text("#!/bin/sh\n", encoding="utf-8")
    launcher.chmod(0o755)
    return folder


@contextmanager
def _control(environment: Environment, file: Path) -> Iterator[None]:
    command = [sys.executable, "-m", random_user_program.__name__, "control", str(file)]
    with _beside(command, environment | {"QT_QPA_PLATFORM": "offscreen"}):
        yield


@contextmanager
def _beside(command: Sequence[str], environment: Environment) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _entries(logs: Iterable[Path]) -> Iterator[Entry]:
    for log in logs:
        text = log.read_text(encoding="utf-8", errors="replace")
        heads = [*_ENTRY.finditer(text)]
        for head, following in zip(heads, [*heads[1:], None], strict=False):
            end = datetime.strptime(head[1], "%Y-%m-%d %H:%M:%S,%f").timestamp()
            body = text[head.end() : following.start() if following else None]
            yield Entry(end, head[2], head[3], body.rstrip())


def _errors(entries: Sequence[Entry]) -> Iterator[str]:
    """Yields each error with the actions before it."""
    for place, entry in enumerate(entries):
        is_bad = entry.level in ("ERROR", "CRITICAL") or entry.logger == "py.warnings"
        if is_bad or ("Traceback" in entry.text and not _is_refusal(entry)):
            yield "\n  ".join([entry.text, *_done(entries[:place], _BEFORE)])


def _done(entries: Sequence[Entry], most: int) -> list[str]:
    """The last that the user did."""
    return [each.text for each in entries if each.logger == "user"][-most:]


def _is_refusal(entry: Entry) -> bool:
    """Whether the error, which the last line names, is a sentence for a person, or was wanted."""
    name = entry.text.rsplit("\n", 1)[-1].partition(":")[0]
    kind = locate(name)
    return isinstance(kind, type) and issubclass(kind, (SentenceError, CancelledError))


SOAK = Soak(
    "a random user on a virtual X server, six minutes each, while the network trains",
    10,
    attempt,
    (
        Row("minutes", "", bound=("at least", 60.0)),
        Row("deeds", ""),
        Row("edits taken back", ""),
        Row("gaps over 150 ms", ""),
        Row("gaps of the idle control", ""),
        Row("gaps that the control did not show", "", bound=("at most", 0.0)),
        Row("gaps over 150 ms without waiting for a processor", "", bound=("at most", 0.0)),
        Row("longest gap", "ms", "each"),
    ),
)

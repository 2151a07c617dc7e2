"""Tries the built application from outside: `python3 packaging/application/smoke.py [EXECUTABLE]`.

Trains, exports everything, writes a lesson, runs sweeps on two workers, opens a project in the window and
closes it. On Linux, where it needs Xvfb and xdotool, the window is on a virtual screen, and another one
trains, is killed, and recovers. Of Python it needs only the standard library.
Each line that it prints was tried; the first that fails ends it. What application.spec leaves out could hurt:

    optuna's database (alembic, sqlalchemy)                 sweeps
    other backends of Keras, ONNX's runtime                 training, exports of weights
    tkinter, IPython, PIL.ImageQt                           plots, progress, the window
    ffmpeg                                                  films
    symbols, headers, sources                               training, .savedmodel, .tflite
    Qt's other platforms, plugins, translations             the window
    libraries of the system                                 the window, everything
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DIST = Path(__file__).resolve().parents[2] / "dist"
EXECUTABLES = {
    "win32": "cadl-desktop/cadl-desktop.exe",
    "darwin": "cadl_desktop.app/Contents/MacOS/cadl-desktop",
    "linux": "cadl-desktop/cadl-desktop",
}
WINDOW = {"win32": "cadl-desktop-window.exe"}
"""Executable that opens the window, where it is another one beside that of the command line."""
FROM_HERE = ("PATH", "LANG", "DISPLAY", "TMPDIR")
"""Variables that the application gets, beside a home of its own. On Windows it gets all, and the user's own
home, which no variable changes."""
STATE = {
    "win32": Path(os.environ.get("LOCALAPPDATA", ""), "cadl_desktop"),
    "darwin": Path("Library", "Application Support", "cadl_desktop"),
    "linux": Path(".local", "state", "cadl_desktop"),
}
"""Folder of recovery copies and of marks of open windows, from the home folder."""
WAIT_SECONDS = 180.0
"""Time limit for anything that takes long on a loaded machine."""
OPEN_SECONDS = 20
"""Time for a window to read its project, and to start TensorFlow in its worker process."""
PROJECTS = {
    "painting": ["train", "lecture-painting", "--epochs", "3", "--set", "data.longest=24"],
    "curve": ["train", "lecture-tanh", "--epochs", "3"],
    "montage": ["train", "homework-many-pictures", "--epochs", "1", "--set", "data.count=4"],
    "composite": ["train", "sparse-inpainting", "--epochs", "2", "--set", "data.longest=24"],
}
"""Trainings, by the export for which they are needed; all others take the painting."""
RANGES = ["--vary", "optimizer.rate=0.001..0.1,log", "--vary", "layers.0.spread=0.1..1"]
SWEEP = ["sweep", "lecture-tanh", *RANGES, "--workers", "2", "--epochs", "2"]
TRIALS = {"tpe": 12, "cmaes": 6}
"""Number of trials by strategy, so many that each proposes some of its own."""
SAID = {
    "Starting 2 workers on this machine.",
    "The workers have started, and train.",
    "Keras 3.8 or newer reads this file.",
    "There is no run of many pictures; --with names another project that has one.",
}
"""Sentences that commands may say on a terminal where all goes well."""


class Application:
    """The executable, with a home folder of its own."""

    def __init__(self, executable: Path, home: Path) -> None:
        self.executable, self.home = executable, home
        self.window = executable.with_name(WINDOW.get(sys.platform, executable.name))
        self.state = home / STATE[sys.platform]
        self.environment = {
            name: value for name, value in os.environ.items() if name in FROM_HERE or sys.platform == "win32"
        } | {"HOME": str(home)}

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return self._start(self.executable, *words)

    def start_window(self, *words: str) -> "subprocess.Popen[str]":
        return self._start(self.window, *words)

    def _start(self, executable: Path, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [executable, *words],
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )

    def run(self, *words: str, code: int = 0) -> str:
        """Output of a command; with another exit code, its one sentence."""
        with self.start(*words) as process:
            output, errors = process.communicate()
        assert process.returncode == code, f"{' '.join(words)}: {process.returncode}\n{errors}"
        lines = [line for line in errors.splitlines() if line not in SAID]
        assert len(lines) == (1 if code else 0), f"{' '.join(words)} also said:\n{errors}"
        return errors if code else output


def main(executable: Path) -> None:
    # On Windows a file may be open for a moment after its process has ended.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        application = Application(executable, Path(temporary))
        say(application.run("--version").strip())
        train(application)
        export_all(application)
        application.run("lesson", "4", "--out", "lesson")
        assert list((application.home / "lesson").glob("*.svg"))
        say("lesson")
        sweep(application)
        if sys.platform != "linux":
            open_and_close(application)
            return
        with screen() as display:
            application.environment["DISPLAY"] = display
            open_and_close(application)
            train_kill_and_recover(application)


def train(application: Application) -> None:
    for name, words in PROJECTS.items():
        told = json.loads(application.run(*words, "--json", "--out", name))
        assert told["steps"] > 0
        say(f"{words[1]} trained for {told['steps']} steps")


def export_all(application: Application) -> None:
    """Write each export, and each ending, at least once."""
    seen: set[str] = set()
    help_text = (
        application.run("export", "--help").partition("NAME is one of")[2].partition("Options of each")[0]
    )
    for name, endings in re.findall(r"^  (\w+) +((?:\[?\.[.\w]+\]? ?)+)", help_text, re.MULTILINE):
        for ending in re.findall(r"\.[.\w]+", endings):
            if not {name, ending} <= seen:
                export(application, name, ending)
                seen |= {name, ending}
    assert {"painting", "weights", ".onnx", ".tflite", ".savedmodel", "tensorboard"} <= seen


def export(application: Application, name: str, ending: str) -> None:
    project = PROJECTS.keys() & {name} or {"painting"}
    target = application.home / f"{name}{ending}"
    words = ["export", f"{project.pop()}/experiment.cadl", "--to", str(target), "--what", name]
    if ending == ".mp4" and not shutil.which("ffmpeg"):
        assert "needs ffmpeg" in application.run(*words, code=2)
        say(f"{target.name} says that it needs ffmpeg")
        return
    application.run(*words)
    assert any(target.iterdir()) if target.is_dir() else target.stat().st_size, target
    say(target.name)


def sweep(application: Application) -> None:
    for strategy, trials in TRIALS.items():
        how = ["--strategy", strategy, "--trials", str(trials), "--out", f"sweep-{strategy}", "--json"]
        told = json.loads(application.run(*SWEEP, *how))
        assert len(list((application.home / f"sweep-{strategy}").iterdir())) > 1, told
        say(f"sweep by {strategy} on two workers")


def open_and_close(application: Application) -> None:
    """Open a project in the window, and close it as the system does: nothing may be said."""
    marks = application.state / "sessions"
    before = set(marks.glob("*"))
    begun = time.monotonic()
    with application.start_window(str(Path("painting", "experiment.cadl"))) as process:
        # The window leaves its mark once it is shown and its event loop runs.
        until(lambda: set(marks.glob("*")) - before or process.poll() is not None, "the window")
        say(f"window with a project shown after {time.monotonic() - begun:.2f} s")
        time.sleep(OPEN_SECONDS)
        assert process.poll() is None, process.communicate()
        if sys.platform == "win32":
            # Without /F it asks the window to close, as its own cross does.
            subprocess.run(["taskkill", "/PID", str(process.pid)], check=True, stdout=subprocess.DEVNULL)
        else:
            process.terminate()
        _, errors = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 0, errors
    assert not errors, errors
    assert not set(marks.glob("*")) - before, "the window wasn't closed properly"
    say("window closed")


def train_kill_and_recover(application: Application) -> None:
    copies = application.state / "recovery"
    process, window = shown(application, "lecture-painting")
    press(window, "F5")
    until(lambda: steps_in(copies) > 0, "a copy for recovery")
    children = descendants(process.pid)
    assert children
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(
        lambda: not any(Path("/proc", str(child)).exists() for child in children), "the end of all children"
    )
    say("window trained, and killed")
    process, window = shown(application)
    until(lambda: recovered(window), "the recovered project")
    press(window, "ctrl+shift+s")
    dialog = xdotool("search", "--sync", "--onlyvisible", "--name", "Save as").split()[-1]
    saved = application.home / "recovered.cadl"
    xdotool("windowfocus", "--sync", dialog, "type", "--delay", "20", str(saved))
    press(dialog, "Return")
    until(saved.exists, "the saved project")
    application.run("export", str(saved), "--to", "recovered.csv", "--what", "cost")
    rows = (application.home / "recovered.csv").read_text().splitlines()
    assert len(rows) > 2, rows
    say(f"window recovered {len(rows) - 1} measurements")
    process.terminate()
    _, errors = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 0, errors
    assert not errors, errors


def shown(application: Application, *words: str) -> "tuple[subprocess.Popen[str], str]":
    """The program and its window, once that is on screen."""
    begun = time.monotonic()
    process = application.start_window(*words)
    window = xdotool("search", "--sync", "--onlyvisible", "--name", "cadl_desktop").split()[0]
    say(f"window shown after {time.monotonic() - begun:.2f} s")
    return process, window


def recovered(window: str) -> bool:
    """Whether the window shows the recovered project; presses the button that offers it."""
    xdotool("mousemove", "--window", window, "120", "84", "click", "1")
    return xdotool("getwindowname", window).startswith("Painting")


def press(window: str, keys: str) -> None:
    xdotool("windowfocus", "--sync", window, "key", keys)


def xdotool(*words: str) -> str:
    return subprocess.run(
        ["xdotool", *words], check=True, stdout=subprocess.PIPE, text=True, timeout=WAIT_SECONDS
    ).stdout


def steps_in(copies: Path) -> int:
    """Steps of the training that is in the copies for recovery."""
    return sum(json.loads(path.read_text())["steps"] for path in copies.glob("*/recovery.json"))


def descendants(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [number for child in map(int, children) for number in (child, *descendants(child))]


@contextmanager
def screen() -> Iterator[str]:
    """Name of a virtual screen, which ends with the block."""
    reading, writing = os.pipe()
    size = ["-screen", "0", "1440x900x24"]
    words = ["Xvfb", "-displayfd", str(writing), *size, "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(words, pass_fds=(writing,), stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as number:
                display = f":{number.readline().strip()}"
            os.environ["DISPLAY"] = display  # for xdotool
            yield display
        finally:
            server.terminate()


def until(holds: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.2)


def say(what: str) -> None:
    print(what, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else DIST / EXECUTABLES[sys.platform])

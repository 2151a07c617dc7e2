"""Set-up shared by run.py and test.py: system libraries, and a private environment with the locked packages.

Only the standard library is used, and no syntax newer than Python 3.8, so that an old interpreter gets as far
as the sentence that says which Python is needed. All messages go to standard error: standard output belongs
to the program that is started.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

CHECKOUT = Path(__file__).resolve().parent.parent
REQUIREMENTS = CHECKOUT / "packaging" / "requirements.lock"
ENVIRONMENT = CHECKOUT / ".venv"
MARKER = ENVIRONMENT / "cadl-setup.json"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

SUPPORTED = ((3, 11), (3, 12), (3, 13))
DOWNLOAD_MB = 930
DISK_GB = 4  # 3 for the environment, the rest for the downloads while it is made

# What Qt opens at run time, and the Debian package that brings it.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
FONTS = "fonts-dejavu-core"


class SetupError(Exception):
    """One sentence for the person who waits, and the exit code that goes with it."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def start(arguments: Sequence[str], *, needs_display: bool, folder: Path | None = None) -> NoReturn:
    """Set up whatever is missing, then become `python ARGUMENTS` of the private environment (in `folder`)."""
    try:
        prepare(needs_display=needs_display)
    except SetupError as error:
        say(str(error))
        sys.exit(error.code)
    except OSError as error:
        say(f"The set-up stopped: {error}.")
        sys.exit(1)
    except KeyboardInterrupt:
        say("The set-up was interrupted; the same command starts it again.")
        sys.exit(130)
    if folder is not None:
        os.chdir(folder)
    become([str(PYTHON), *arguments])


def prepare(*, needs_display: bool) -> None:
    """Make the libraries and the environment ready. Does nothing, quickly, when they are."""
    libraries = missing_libraries()
    if is_ready():
        offer_libraries(libraries, required=needs_display)
        return
    interpreter = find_interpreter()
    venv_package = missing_venv_package(interpreter)
    if venv_package:
        install_system_packages([venv_package, *libraries])
    else:
        offer_libraries(libraries, required=needs_display)
    with only_one_setup() as lock:
        if not is_ready():  # another command may have done it while this one waited
            make_environment(interpreter, lock)


# System libraries


def missing_libraries() -> list[str]:
    """The Debian packages whose libraries Qt would not find here; only Linux leaves them to the system."""
    if not sys.platform.startswith("linux"):
        return []
    missing = [package for library, package in LIBRARIES.items() if not can_load(library)]
    if "libfontconfig1" in missing or not has_fonts():
        missing.append(FONTS)
    return missing


def can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_fonts() -> bool:
    """Whether fontconfig knows any font: without one Qt draws empty boxes."""

    class FontSet(ctypes.Structure):
        _fields_ = (("count", ctypes.c_int), ("size", ctypes.c_int), ("fonts", ctypes.c_void_p))

    fontconfig = ctypes.CDLL("libfontconfig.so.1")
    fontconfig.FcConfigGetFonts.argtypes = (ctypes.c_void_p, ctypes.c_int)
    fontconfig.FcConfigGetFonts.restype = ctypes.POINTER(FontSet)
    fontconfig.FcInit()
    fonts = fontconfig.FcConfigGetFonts(None, 0)
    return bool(fonts) and fonts.contents.count > 0


def offer_libraries(packages: Sequence[str], *, required: bool) -> None:
    """Install the libraries if any are missing; without a window their absence is only worth a remark."""
    if not packages:
        return
    try:
        install_system_packages(packages)
    except SetupError as error:
        if required:
            raise
        say(f"{error} This command works without them.")


def install_system_packages(packages: Sequence[str]) -> None:
    """Install Debian packages with apt-get, or say in one sentence which are needed."""
    prefix = administrator_prefix()
    if prefix is None or not shutil.which("apt-get"):
        raise SetupError(f"Please install these system packages (Debian's names): {' '.join(packages)}.", 2)
    say(f"Installing system packages, which happens once: {' '.join(packages)}")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    install = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    has_lists = any(Path("/var/lib/apt/lists").glob("*Packages*"))
    # Lists can be absent (a new machine) or too old for what the mirror still holds.
    if not ((has_lists and succeeds(install)) or (succeeds([*apt, "update"]) and succeeds(install))):
        raise SetupError(f"apt-get could not install these system packages: {' '.join(packages)}.", 2)


def administrator_prefix() -> list[str] | None:
    """What to put before a command to run it as root; None when this person can't."""
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    if sys.stdin is not None and sys.stdin.isatty():
        return ["sudo"]
    # Nobody is there to type a password.
    return ["sudo", "-n"] if succeeds(["sudo", "-n", "true"], quiet=True) else None


# The interpreter


def find_interpreter() -> str:
    """This interpreter if it is supported, else the newest supported one on the PATH."""
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for major, minor in reversed(SUPPORTED):
        candidate = shutil.which(f"python{major}.{minor}")
        if candidate and version_of(candidate) == (major, minor):
            return candidate
    found = ".".join(str(part) for part in sys.version_info[:2])
    raise SetupError(f"cadl_desktop needs Python 3.11, 3.12 or 3.13, and this is Python {found}.", 2)


def version_of(python: str | Path) -> tuple[int, int] | None:
    """(major, minor) of an interpreter; None if it does not run, as when its system was upgraded away."""
    try:
        answer = subprocess.run(
            [str(python), "-I", "-c", "import sys; print(*sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=True,
        )
        major, minor = answer.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def missing_venv_package(interpreter: str) -> str | None:
    """Debian's package that lets the interpreter make environments, if it is missing."""
    if succeeds([interpreter, "-I", "-c", "import venv, ensurepip"], quiet=True):
        return None
    return "python{}.{}-venv".format(*(version_of(interpreter) or SUPPORTED[-1]))


# The private environment


def is_ready() -> bool:
    """Whether the environment is finished, whole, and made from today's lock."""
    marker = read_marker()
    return marker is not None and marker.get("lock") == lock_digest() and is_whole(marker)


def is_whole(marker: dict[str, object]) -> bool:
    """Whether a finished environment still stands where it was made, runs, and has lost no files."""
    version = version_of(PYTHON)
    if marker.get("place") != str(ENVIRONMENT) or version is None or marker.get("python") != list(version):
        return False
    recorded = marker.get("files")
    present = count_files(site_packages(version))
    return isinstance(recorded, dict) and all(present.get(name, 0) >= n for name, n in recorded.items())


def make_environment(interpreter: str, lock: int) -> None:
    """Build the environment, or bring a sound one up to date; the marker is finished last."""
    marker = read_marker()
    made_by_hand = marker is None and version_of(PYTHON) in SUPPORTED  # not ours to delete
    if made_by_hand or (marker is not None and is_whole(marker)):
        say("Bringing the environment in .venv up to date with the lock.")
        write_marker({})
        if made_by_hand:
            run([str(PYTHON), "-I", "-m", "ensurepip"], lock)
    else:
        make_empty_environment(interpreter, lock)
    # Of packages that somebody else installed (or half removed) pip would believe the names.
    install_packages(lock, ["--force-reinstall"] if made_by_hand else [])
    finish_environment()
    say("The environment is ready.")


def make_empty_environment(interpreter: str, lock: int) -> None:
    """Make an environment that has only pip, in place of anything that stood there."""
    if ENVIRONMENT.exists():
        say("The environment in .venv is incomplete or broken; it is made anew.")
        shutil.rmtree(ENVIRONMENT)
    free = shutil.disk_usage(CHECKOUT).free / 1e9
    if free < DISK_GB:
        raise SetupError(f"The packages need {DISK_GB} GB of disk, and {CHECKOUT} has {free:.1f} GB left.")
    count = REQUIREMENTS.read_text(encoding="utf-8").count("==")
    say(f"Installing {count} packages in .venv, about {DOWNLOAD_MB} MB to download; this happens once.")
    ENVIRONMENT.mkdir()
    write_marker({})
    run([interpreter, "-I", "-m", "venv", str(ENVIRONMENT)], lock)


def finish_environment() -> None:
    """Make the program importable, and write down what a whole environment looks like."""
    version = version_of(PYTHON)
    if version is None:
        raise SetupError("The new environment's Python does not run.")
    packages = site_packages(version)
    # Makes `import cadl_desktop` work from any folder, without a build.
    (packages / "cadl-desktop-checkout.pth").write_text(f"{CHECKOUT}\n", encoding="utf-8")
    write_marker(
        {
            "lock": lock_digest(),
            "place": str(ENVIRONMENT),
            "python": list(version),
            "files": count_files(packages),
        }
    )


def install_packages(lock: int, options: Sequence[str]) -> None:
    """Install the locked packages with pip, which shows its own progress."""
    # pip downloads to the temporary folder, which is often held in memory, and leaves hundreds of megabytes
    # there when it is killed; inside the environment they are removed with it.
    temporary = ENVIRONMENT / "tmp"
    temporary.mkdir(exist_ok=True)
    pip = [str(PYTHON), "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    locked = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", str(REQUIREMENTS)]
    run([*pip, *locked, *options], lock, TMPDIR=str(temporary), TEMP=str(temporary), PIP_USER="0")
    shutil.rmtree(temporary)


def site_packages(version: tuple[int, int]) -> Path:
    if sys.platform == "win32":
        return ENVIRONMENT / "Lib" / "site-packages"
    return ENVIRONMENT / "lib" / "python{}.{}".format(*version) / "site-packages"


def count_files(folder: Path) -> dict[str, int]:
    """Files in each folder of site-packages: enough to see a half-deleted package, and cheap."""
    counts = {}
    for path, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        counts[os.path.relpath(path, folder)] = len(files)
    return counts


def lock_digest() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def read_marker() -> dict[str, object] | None:
    """What the last set-up wrote: None if there was none, empty if it did not finish."""
    try:
        marker = json.loads(MARKER.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        return {}
    return marker if isinstance(marker, dict) else {}


def write_marker(marker: dict[str, object]) -> None:
    MARKER.write_text(json.dumps(marker), encoding="utf-8")


# Processes


@contextlib.contextmanager
def only_one_setup() -> Iterator[int]:
    """Hold the checkout's set-up lock, once no other command does. The system frees it on any death."""
    with open(CHECKOUT / ".venv.lock", "w", encoding="utf-8") as file:
        if not try_lock(file.fileno()):
            say("Another command is setting up this checkout; waiting for it.")
            while not try_lock(file.fileno()):
                time.sleep(0.5)
        yield file.fileno()


def try_lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def run(command: Sequence[str], lock: int, **variables: str) -> None:
    """Run one step of the set-up. It inherits the lock, to keep others out even if this process dies."""
    step = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        env={**os.environ, **variables},
        pass_fds=() if sys.platform == "win32" else (lock,),
        check=False,
    )
    if step.returncode:
        raise SetupError("The set-up failed for the reason above; the same command starts it again.")


def succeeds(command: Sequence[str], *, quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else sys.stderr
    return subprocess.run(command, stdout=output, stderr=output, check=False).returncode == 0


def become(command: list[str]) -> NoReturn:
    """Replace this process, so that signals and the exit code are the program's own."""
    if sys.platform != "win32":
        os.execv(command[0], command)
    # Windows' exec returns to the shell at once: stay instead, and leave Ctrl-C to the program.
    with subprocess.Popen(command) as program:
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                sys.exit(program.wait())


def say(message: str) -> None:
    print(f"cadl_desktop: {message}", file=sys.stderr, flush=True)

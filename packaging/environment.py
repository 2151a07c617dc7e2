"""Set-up shared by run.py and test.py: a private environment with the locked packages, with or without tools.

Here, and in what is imported from here, only the standard library is used, and no syntax newer than
Python 3.8: an old interpreter then gets as far as the sentence that says which Python is needed.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from libraries import install_system_packages, missing_libraries, offer_libraries
from processes import SetupError, become, only_one_setup, run, say, succeeds
from systems import launched_python, refuse_system

CHECKOUT = Path(__file__).resolve().parent.parent
PROGRAM = CHECKOUT / "packaging" / "requirements.lock"
DEVELOPMENT = CHECKOUT / "packaging" / "development.lock"  # the same packages, and the tools
NAME = os.environ.get("CADL_ENVIRONMENT", ".venv")  # another one stands beside it, as for another Python
ENVIRONMENT = CHECKOUT / NAME
MARKER = ENVIRONMENT / "cadl-setup.json"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

SUPPORTED = ((3, 11), (3, 12), (3, 13))
DOWNLOAD_MB = {PROGRAM: 600, DEVELOPMENT: 670}  # on Linux; a little more elsewhere
DISK_GB = 3.5  # 2.1 for the environment, the rest for downloads and headers while it is made


def start(
    arguments: Sequence[str], *, needs_display: bool, requirements: Path = PROGRAM, folder: Path | None = None
) -> NoReturn:
    """Set up whatever is missing, then become `python ARGUMENTS` of the private environment (in `folder`)."""
    try:
        prepare(requirements, needs_display=needs_display)
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


def prepare(requirements: Path, *, needs_display: bool) -> None:
    """Make the libraries and the environment ready. Does nothing, quickly, when they are."""
    libraries = missing_libraries()
    if is_ready(requirements):
        offer_libraries(libraries, required=needs_display)
        return
    interpreter = find_interpreter()
    refuse_system(site_packages(SUPPORTED[-1]))
    venv_package = missing_venv_package(interpreter)
    if venv_package:
        try:
            install_system_packages([venv_package, *libraries])
        except SetupError as error:
            raise SetupError(f"{str(error).rstrip('.')}{uv_command(', or run')}.", error.code) from None
    else:
        offer_libraries(libraries, required=needs_display)
    with only_one_setup(CHECKOUT / ".venv.lock") as lock:
        if not is_ready(requirements):  # another command may have done it while this one waited
            make_environment(requirements, interpreter, lock)


# The interpreter


def find_interpreter() -> str:
    """This interpreter if it is supported, else the newest supported one on the PATH."""
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for major, minor in reversed(SUPPORTED):
        candidate = shutil.which(f"python{major}.{minor}") or launched_python(f"{major}.{minor}")
        if candidate and version_of(candidate) == (major, minor):
            return candidate
    found = ".".join(str(part) for part in sys.version_info[:2])
    remedy = uv_command("; run") or "; install one of them, and the same command finds it"
    raise SetupError(f"cadl_desktop needs Python 3.11, 3.12 or 3.13, and this is Python {found}{remedy}.", 2)


def uv_command(before: str) -> str:
    """Command that sets everything up with a Python that uv brings, after `before`; empty without uv."""
    version = ".".join(str(part) for part in SUPPORTED[-1])
    command = f"uv run --no-project --managed-python --python {version} {' '.join(sys.argv)}"
    return f"{before} '{command}'" if shutil.which("uv") else ""


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


def is_ready(requirements: Path) -> bool:
    """Whether the environment is finished, whole, and made from today's lock, or from that with the tools."""
    marker = read_marker()
    enough = {digest_of(requirements), digest_of(DEVELOPMENT)}
    return marker is not None and marker.get("lock") in enough and is_whole(marker)


def is_whole(marker: dict[str, object]) -> bool:
    """Whether a finished environment still stands where it was made, runs, and has lost no files."""
    version = version_of(PYTHON)
    if marker.get("place") != str(ENVIRONMENT) or version is None or marker.get("python") != list(version):
        return False
    recorded = marker.get("files")
    present = count_files(site_packages(version))
    return isinstance(recorded, dict) and all(present.get(name, 0) >= n for name, n in recorded.items())


def make_environment(requirements: Path, interpreter: str, lock: int) -> None:
    """Build the environment, or bring a sound one up to date; the marker is finished last."""
    marker = read_marker()
    made_by_hand = marker is None and version_of(PYTHON) in SUPPORTED  # not ours to delete
    if made_by_hand or (marker is not None and is_whole(marker)):
        say(f"Bringing the environment in {NAME} up to date with the lock.")
        write_marker({})
        if made_by_hand:
            run([str(PYTHON), "-I", "-m", "ensurepip"], lock)
    else:
        make_empty_environment(requirements, interpreter, lock)
    remove_other_tensorflow(lock)
    # Of packages that somebody else installed (or half removed) pip would believe the names.
    install_packages(requirements, lock, ["--force-reinstall"] if made_by_hand else [])
    compile_program(lock)
    finish_environment(requirements)
    say("The environment is ready.")


def make_empty_environment(requirements: Path, interpreter: str, lock: int) -> None:
    """Make an environment that has only pip, in place of anything that stood there."""
    if ENVIRONMENT.exists():
        say(f"The environment in {NAME} is incomplete or broken; it is made anew.")
        shutil.rmtree(ENVIRONMENT)
    free = shutil.disk_usage(CHECKOUT).free / 1e9
    if free < DISK_GB:
        raise SetupError(f"The packages need {DISK_GB} GB of disk, and {CHECKOUT} has {free:.1f} GB left.")
    count = requirements.read_text(encoding="utf-8").count("==")
    size = DOWNLOAD_MB[requirements]
    say(f"Installing {count} packages in {NAME}, about {size} MB to download; this happens once.")
    ENVIRONMENT.mkdir()
    write_marker({})
    run([interpreter, "-I", "-m", "venv", str(ENVIRONMENT)], lock)


def remove_other_tensorflow(lock: int) -> None:
    """Uninstall TensorFlow if it is the build that isn't locked for this machine."""
    # Both builds own one folder: installed over each other they mix, and removing one leaves half of it.
    is_cpu_build = (sys.platform, platform.machine()) == ("linux", "x86_64")
    other = "tensorflow" if is_cpu_build else "tensorflow_cpu"
    if any(site_packages(version_of(PYTHON) or SUPPORTED[-1]).glob(f"{other}-*.dist-info")):
        run([str(PYTHON), "-I", "-m", "pip", "uninstall", "--yes", "tensorflow", "tensorflow-cpu"], lock)


def compile_program(lock: int) -> None:
    """Compile the program's modules, as pip does the packages'."""
    # Otherwise Python compiles each when it is first imported, and where the disk is full by then, its older
    # versions (all of 3.11) leave half of one, which can never be imported again.
    run([str(PYTHON), "-I", "-m", "compileall", "-q", str(CHECKOUT / "cadl_desktop")], lock)


def finish_environment(requirements: Path) -> None:
    """Make the program importable, and write down what a whole environment looks like."""
    version = version_of(PYTHON)
    if version is None:
        raise SetupError("The new environment's Python does not run.")
    packages = site_packages(version)
    # Makes `import cadl_desktop` work from any folder, without a build. Relative, as Python before 3.13 reads
    # the line in the system's code page, and a folder may be called C:\Users\Jörg.
    here = os.path.relpath(CHECKOUT, packages)
    (packages / "cadl-desktop-checkout.pth").write_text(f"{here}\n", encoding="utf-8")
    write_marker(
        {
            "lock": digest_of(requirements),
            "place": str(ENVIRONMENT),
            "python": list(version),
            "files": count_files(packages),
        }
    )


def install_packages(requirements: Path, lock: int, options: Sequence[str]) -> None:
    """Install the locked packages with pip, which shows its own progress."""
    # pip downloads to the temporary folder, which is often held in memory, and leaves hundreds of megabytes
    # there when it is killed; inside the environment they are removed with it.
    temporary = ENVIRONMENT / "tmp"
    temporary.mkdir(exist_ok=True)
    pip = [str(PYTHON), "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    locked = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", str(requirements)]
    run([*pip, *locked, *options], lock, TMPDIR=str(temporary), TEMP=str(temporary), PIP_USER="0")
    shutil.rmtree(temporary, ignore_errors=True)  # a virus scanner may have a file open
    # 0.3 GB of headers, for whoever extends TensorFlow in C++.
    shutil.rmtree(
        site_packages(version_of(PYTHON) or SUPPORTED[-1]) / "tensorflow" / "include", ignore_errors=True
    )


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


def digest_of(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


def read_marker() -> dict[str, object] | None:
    """Marker of the last set-up: None without one, empty if it did not finish."""
    try:
        marker = json.loads(MARKER.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        return {}
    return marker if isinstance(marker, dict) else {}


def write_marker(marker: dict[str, object]) -> None:
    MARKER.write_text(json.dumps(marker), encoding="utf-8")

"""Checks of Windows and macOS before the set-up: what the packages need there is said in a sentence, before
pip fails for it."""

from __future__ import annotations

import platform
import subprocess
import sys
import sysconfig
from pathlib import Path

from processes import SetupError

LONGEST_FILE = 163  # letters of the longest name in TensorFlow's package, below site-packages
MOST_LETTERS = 259  # of a path on Windows, unless long ones are allowed
LONG_PATHS = r"SYSTEM\CurrentControlSet\Control\FileSystem"


def refuse_system(packages: Path) -> None:
    """Raise SetupError where nothing can be installed in site-packages, or nothing for this Python."""
    if sys.platform == "darwin" and platform.machine() != "arm64":
        raise SetupError(
            "TensorFlow is there for Macs with Apple's own processors only, and this Python is made for "
            "Intel's; on such a Mac, install Python for arm64 (python.org has it) and use that.",
            2,
        )
    if sys.platform == "win32":
        refuse_windows(packages)


def refuse_windows(packages: Path) -> None:
    """Raise SetupError for a Python of another processor, and for a checkout in too long a path."""
    if sysconfig.get_platform() != "win-amd64":
        raise SetupError(
            "TensorFlow needs the 64-bit Python for Intel and AMD (x86-64), and this Python is another; "
            "install that from python.org and use it.",
            2,
        )
    letters = len(str(packages)) + 1 + LONGEST_FILE
    if letters > MOST_LETTERS and not has_long_paths():
        raise SetupError(
            f"Windows allows paths of {MOST_LETTERS} letters here, and TensorFlow's would have {letters}; "
            r"move the checkout to a shorter one, such as C:\cadl_desktop, or allow long paths: as "
            rf"administrator, run 'reg add HKLM\{LONG_PATHS} /v LongPathsEnabled /t REG_DWORD /d 1 /f'.",
            2,
        )


def has_long_paths() -> bool:
    """Whether this Windows allows long paths to programs that ask for them, as Python does."""
    if sys.platform != "win32":
        return True
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, LONG_PATHS) as key:
            return bool(winreg.QueryValueEx(key, "LongPathsEnabled")[0])
    except OSError:
        return False


def launched_python(version: str) -> str | None:
    """Path of a Python that Windows' launcher finds; there, none is on the PATH by its version."""
    if sys.platform != "win32":
        return None
    try:
        command = ["py", f"-{version}", "-c", "import sys; print(sys.executable)"]
        answer = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60, check=True
        )
        return answer.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None

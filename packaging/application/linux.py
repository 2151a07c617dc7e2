"""The application for Linux: stripped, with a launcher, as an archive and as a Debian package."""

import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from debian import make_package
from libraries import please_install
from product import APPLICATION, DIST, NAME

from cadl_desktop import __version__

FOLDER = DIST / NAME
PROGRAM = FOLDER / "program"
MACHINE = f"linux-{platform.machine()}"
SYSTEM_FOLDERS = ("/lib/", "/usr/lib/")
RUNTIME: list[Path] = []
"""Libraries that are packed without being found by PyInstaller."""
LEVEL = 12
"""Zstandard's, of archive and package."""
TOOLS = {"strip": "binutils", "tar": "tar", "zstd": "zstd", "dpkg-deb": "dpkg"}
"""Commands, and the packages of Debian that have them."""


def check_tools() -> None:
    missing = [package for command, package in TOOLS.items() if not shutil.which(command)]
    if missing:
        sys.exit(please_install(missing))


def executables() -> dict[str, dict[str, Any]]:
    """Arguments of PyInstaller's EXE, by name: one executable, in the folder with all else."""
    return {NAME: {"contents_directory": "."}}


def pack(name: str) -> list[Path]:
    """Make archive and package in dist/ from the folder that PyInstaller has made."""
    strip(PROGRAM)
    add_launcher(FOLDER)
    archive = DIST / f"{name}.tar.zst"
    reproducible = ["--owner=0", "--group=0", "--sort=name"]
    tar = ["tar", "-C", str(DIST), *reproducible, "-I", f"zstd -{LEVEL} --long=27 -T0"]
    subprocess.run([*tar, "-cf", str(archive), FOLDER.name], check=True)
    return [archive, make_package(FOLDER, DIST, __version__, LEVEL)]


def strip(program: Path) -> None:
    """Strip the symbols that only a debugger reads, a sixth of the whole."""
    # Libraries in NAME.libs were moved there by a tool after which stripping breaks them.
    libraries = [
        str(path)
        for path in program.rglob("*.so*")
        if path.is_file() and not path.is_symlink() and not path.parent.name.endswith(".libs")
    ]
    subprocess.run(["strip", "--strip-unneeded", *libraries], check=True)


def add_launcher(folder: Path) -> None:
    count = sum(path.is_file() and not path.is_symlink() for path in (folder / "program").rglob("*"))
    launcher = folder / NAME
    script = (APPLICATION / "for_linux" / "launcher.sh").read_text(encoding="utf-8")
    launcher.write_text(script.replace("COUNT", str(count)), encoding="utf-8")
    launcher.chmod(0o755)

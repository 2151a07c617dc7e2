"""Packs the stand-alone application for Linux into dist/: a folder, an archive of it, a Debian package, and
the bill of materials.

`build.py app` runs it in the environment with the tools.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from debian import make_package
from libraries import please_install

from cadl_desktop import __version__
from cadl_desktop.requirements import BILL, TEXTS

CHECKOUT = Path(__file__).resolve().parent.parent
APPLICATION = CHECKOUT / "packaging" / "application"
LEVEL = 12
"""Zstandard's, of archive and package."""
TOOLS = {"strip": "binutils", "tar": "tar", "zstd": "zstd", "dpkg-deb": "dpkg"}
"""Commands, and the packages of Debian that have them."""


def pack() -> None:
    missing = [package for command, package in TOOLS.items() if not shutil.which(command)]
    if missing:
        sys.exit(please_install(missing))
    dist = CHECKOUT / "dist"
    folder = dist / "cadl-desktop"
    shutil.rmtree(folder, ignore_errors=True)
    pyinstaller = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    places = ["--distpath", str(folder), "--workpath", str(CHECKOUT / "build")]
    subprocess.run([*pyinstaller, *places, str(APPLICATION / "application.spec")], check=True)
    strip(folder / "program")
    add_launcher(folder)
    archive = dist / f"cadl-desktop-{__version__}-linux-{os.uname().machine}.tar.zst"
    tar = [
        "tar",
        "-C",
        str(dist),
        "--owner=0",
        "--group=0",
        "--sort=name",
        "-I",
        f"zstd -{LEVEL} --long=27 -T0",
    ]
    subprocess.run([*tar, "-cf", str(archive), folder.name], check=True)
    package = make_package(folder, dist, __version__, LEVEL)
    bill = archive.with_name(archive.name.replace(".tar.zst", ".cdx.json"))
    shutil.copyfile(folder / "program" / TEXTS / BILL, bill)
    print(f"{size_of(folder) / 1e6:,.0f} MB {folder}")
    for each in (archive, package, bill):
        print(f"{each.stat().st_size / 1e6:,.1f} MB {each}")


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
    launcher = folder / "cadl-desktop"
    script = (APPLICATION / "linux" / "launcher.sh").read_text(encoding="utf-8")
    launcher.write_text(script.replace("COUNT", str(count)), encoding="utf-8")
    launcher.chmod(0o755)


def size_of(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*"))


if __name__ == "__main__":
    pack()

"""Packs the stand-alone application for the system that it runs on into dist/, with its bill of materials.

`build.py app` runs it in the environment with the tools. PyInstaller collects the program as
application.spec says; what people download is made of that by linux.py, windows.py or macos.py.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# What it shares with the set-up and a release.
sys.path.insert(1, str(Path(__file__).resolve().parent.parent))

from product import APPLICATION, BUILD, CHECKOUT, DIST, NAME

from cadl_desktop import __version__
from cadl_desktop.requirements import BILL, TEXTS

if sys.platform == "win32":
    import windows as system
elif sys.platform == "darwin":
    import macos as system
else:
    import linux as system

# On macOS an .app whose signature can't be made or isn't sound would be damaged to the system.
STRICT = {"PYINSTALLER_STRICT_BUNDLE_CODESIGN_ERROR": "1", "PYINSTALLER_VERIFY_BUNDLE_SIGNATURE": "1"}


def pack() -> None:
    system.check_tools()
    BUILD.mkdir(exist_ok=True)
    shutil.rmtree(system.PROGRAM, ignore_errors=True)
    pyinstaller = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    places = ["--distpath", str(system.PROGRAM.parent), "--workpath", str(BUILD)]
    command = [*pyinstaller, *places, str(APPLICATION / "application.spec")]
    subprocess.run(command, check=True, cwd=CHECKOUT, env={**os.environ, **STRICT})
    name = f"{NAME}-{__version__}-{system.MACHINE}"
    bill = DIST / f"{name}.cdx.json"
    shutil.copyfile(BUILD / "application" / "licences" / TEXTS / BILL, bill)
    for each in (system.PROGRAM, *system.pack(name), bill):
        print(f"{size_of(each) / 1e6:,.1f} MB {each}")


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    return sum(each.lstat().st_size for each in (path, *path.rglob("*")))


if __name__ == "__main__":
    pack()

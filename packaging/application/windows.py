"""The application for Windows: resources of its executables, a .zip, and an installer made by NSIS."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import PySide6
from icons import write_ico
from product import APPLICATION, BUILD, CHECKOUT, COPYRIGHT, DEVELOPERS, DIST, NAME, PRODUCT, SUMMARY

from cadl_desktop import __version__

PROGRAM = DIST / NAME
"""Folder with both executables; all else is in its folder `FILES`."""
FILES = f"{NAME}-files"
WINDOW = f"{NAME}-window"
"""The executable without a console, for the start menu and files that are opened."""
MACHINE = "windows-x86_64"
"""TensorFlow has wheels for no other machine with Windows."""
SYSTEM_FOLDERS = (os.path.normcase(os.environ.get("SYSTEMROOT", r"C:\Windows")),)
RUNTIME = [
    Path(PySide6.__file__).with_name(f"{name}.dll")
    for name in (
        "concrt140",
        *("msvcp140", "msvcp140_1", "msvcp140_2", "msvcp140_codecvt_ids"),
        *("vcruntime140", "vcruntime140_1"),
    )
]
"""Microsoft's C++ runtime, without which TensorFlow doesn't load, and which not every Windows has. Qt's wheel
has it in its own folder, where nothing but Qt looks for it."""
ICO = BUILD / f"{NAME}.ico"
INSTALLER = APPLICATION / "for_windows" / "installer.nsi"
# Read by PyInstaller. Language and character set: English (United States), Unicode.
VERSION_RESOURCE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}),
  kids=[
    StringFileInfo([StringTable('040904B0', [StringStruct(*each) for each in {texts}])]),
    VarFileInfo([VarStruct('Translation', [1033, 1200])]),
  ],
)
"""


def numbers(version: str) -> tuple[int, int, int, int]:
    """The four numbers that Windows keeps of a version: '1.2.0' is (1, 2, 0, 0), and so is '1.2.0rc1'."""
    release = re.match(r"\d+(\.\d+)*", version)
    first, second, third, fourth = [*map(int, release[0].split(".") if release else []), 0, 0, 0, 0][:4]
    return first, second, third, fourth


def version_resource(executable: str) -> str:
    """Text that PyInstaller reads, of what the properties of an executable show."""
    texts = {
        "CompanyName": DEVELOPERS,
        "FileDescription": PRODUCT,  # shown by the task manager, and by 'Open with'
        "FileVersion": __version__,
        "InternalName": executable,
        "LegalCopyright": COPYRIGHT,
        "OriginalFilename": f"{executable}.exe",
        "ProductName": PRODUCT,
        "ProductVersion": __version__,
        "Comments": SUMMARY,
    }
    return VERSION_RESOURCE.format(numbers=numbers(__version__), texts=list(texts.items()))


def executables() -> dict[str, dict[str, Any]]:
    """Arguments of PyInstaller's EXE, by name: two, as a program for Windows has a console or never has."""
    write_ico(ICO)
    return {NAME: {"console": True, **resources(NAME)}, WINDOW: {"console": False, **resources(WINDOW)}}


def resources(executable: str) -> dict[str, str]:
    """Icon, version, and a manifest for long paths and sharp windows; all else is in the folder `FILES`."""
    version = BUILD / f"{executable}-version.txt"
    version.write_text(version_resource(executable), encoding="utf-8")
    manifest = APPLICATION / "for_windows" / "application.manifest"
    return {
        "icon": str(ICO),
        "version": str(version),
        "manifest": str(manifest),
        "contents_directory": FILES,
    }


def makensis() -> str | None:
    """Compiler of the installer; NSIS doesn't put it on the path."""
    usual = Path(os.environ.get("PROGRAMFILES(X86)", ""), "NSIS", "makensis.exe")
    return shutil.which("makensis") or (str(usual) if usual.exists() else None)


def check_tools() -> None:
    if not makensis():
        sys.exit("Please install NSIS, which makes the installer: choco install nsis.")


def pack(name: str) -> list[Path]:
    """Make archive and installer in dist/ from the folder that PyInstaller has made."""
    archive = shutil.make_archive(str(DIST / name), "zip", root_dir=DIST, base_dir=PROGRAM.name)
    return [Path(archive), make_installer(DIST / f"{name}-setup.exe")]


def make_installer(target: Path) -> Path:
    """Compile the installer. It installs for one person, who needs to be no administrator."""
    defined = {
        "NAME": NAME,
        "WINDOW": WINDOW,
        "FILES": FILES,
        "PRODUCT": PRODUCT,
        "DEVELOPERS": DEVELOPERS,
        "COPYRIGHT": COPYRIGHT,
        "VERSION": __version__,
        "NUMBERS": ".".join(map(str, numbers(__version__))),
        "PROGRAM": PROGRAM,
        "ICON": ICO,
        "LICENSE": CHECKOUT / "LICENSE",
        "TARGET": target,
    }
    words = [f"-D{name}={value}" for name, value in defined.items()]
    command = [str(makensis()), "-V2", "-WX", "-INPUTCHARSET", "UTF8", *words, str(INSTALLER)]
    subprocess.run(command, check=True)
    return target

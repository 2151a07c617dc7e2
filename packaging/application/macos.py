"""The application for macOS: what its Info.plist says, and the archive that is downloaded."""

import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

from icons import write_icns
from product import BUILD, COPYRIGHT, DIST, ENDING, MIME_TYPE, NAME, PRODUCT

from cadl_desktop import __version__
from cadl_desktop.ui.intake.picture_reader import PICTURES
from cadl_desktop.ui.intake.table_reader import TABLES

PROGRAM = DIST / f"{PRODUCT}.app"
MACHINE = f"macos-{platform.machine()}"
SYSTEM_FOLDERS = ("/usr/lib/", "/System/")
RUNTIME: list[Path] = []
"""Libraries that are packed without being found by PyInstaller."""
IDENTIFIER = f"{NAME}.application"
"""Name of the application for the system. By custom it begins with a domain; the project has none."""
PROJECT_TYPE = f"{NAME}.project"
LEAST_SYSTEM = "14.0"
"""NumPy and SciPy are packed as the build machine's pip takes them: the newest wheels, for macOS 14."""


def info_plist() -> dict[str, Any]:
    """Entries of Info.plist, beside those that PyInstaller writes by itself."""
    return {
        "CFBundleVersion": __version__,
        "NSHumanReadableCopyright": COPYRIGHT,
        "LSApplicationCategoryType": "public.app-category.education",
        "LSMinimumSystemVersion": LEAST_SYSTEM,
        "NSHighResolutionCapable": True,
        "NSPrincipalClass": "NSApplication",
        "NSLocalNetworkUsageDescription": "Sweeps on several machines train on those that you name.",
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": PROJECT_TYPE,
                "UTTypeDescription": f"{PRODUCT} project",
                "UTTypeConformsTo": ["public.data", "public.content"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": [ENDING.removeprefix(".")],
                    "public.mime-type": [MIME_TYPE],
                },
            }
        ],
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": f"{PRODUCT} project",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [PROJECT_TYPE],
            },
            opened_too("Picture", PICTURES),
            opened_too("Table", TABLES),
        ],
    }


def opened_too(name: str, endings: tuple[str, ...]) -> dict[str, Any]:
    """Kind of document that 'Open With' offers the program for, and that others open by default."""
    return {
        "CFBundleTypeName": name,
        "CFBundleTypeRole": "Viewer",
        "LSHandlerRank": "Alternate",
        "CFBundleTypeExtensions": [ending.removeprefix(".") for ending in endings],
    }


def executables() -> dict[str, dict[str, Any]]:
    """Arguments of PyInstaller's EXE, by name. With a console the Dock would not show it; a terminal shows
    what it prints in any case."""
    return {NAME: {"console": False}}


def bundle() -> dict[str, Any]:
    """Arguments of PyInstaller's BUNDLE."""
    icon = BUILD / f"{NAME}.icns"
    write_icns(icon)
    return {
        "name": PROGRAM.name,
        "icon": str(icon),
        "version": __version__,
        "bundle_identifier": IDENTIFIER,
        "info_plist": info_plist(),
    }


def check_tools() -> None:
    """Do nothing: codesign and ditto belong to macOS."""


def pack(name: str) -> list[Path]:
    """Make the archive in dist/ from the .app that PyInstaller has made, signed for this machine (ad hoc)."""
    shutil.rmtree(PROGRAM.with_suffix(""))  # the folder that PyInstaller made it of
    archive = DIST / f"{name}.zip"
    # It keeps the links inside, without which the .app would be twice as large, and its signature broken.
    subprocess.run(["ditto", "-c", "-k", "--keepParent", str(PROGRAM), str(archive)], check=True)
    return [archive]

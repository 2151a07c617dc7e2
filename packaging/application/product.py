"""Names and texts that installers, packages and desktops show, and the folders in which they are made."""

from pathlib import Path

APPLICATION = Path(__file__).resolve().parent
CHECKOUT = APPLICATION.parent.parent
DIST, BUILD = CHECKOUT / "dist", CHECKOUT / "build"
ICON = CHECKOUT / "resources" / "icons" / "cadl_desktop.svg"

NAME = "cadl-desktop"
"""The command, and the beginning of every file in dist/."""
PRODUCT = "cadl_desktop"
DEVELOPERS = "cadl_desktop developers"
SUMMARY = "Watch a small neural network learn, and take the result home"
COPYRIGHT = next(
    line
    for line in (CHECKOUT / "LICENSE").read_text(encoding="utf-8").splitlines()
    if line.startswith("Copyright")
)
ENDING = ".cadl"
MIME_TYPE = "application/x-cadl-desktop"

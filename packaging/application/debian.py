"""The application as a package for Debian and its relatives, with what a desktop needs to know of it."""

import platform
import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from changelog import section
from libraries import FONTS, LIBRARIES
from product import APPLICATION, CHECKOUT, DEVELOPERS, ICON, NAME, SUMMARY

DESKTOP = APPLICATION / "for_linux"
# What the packed libraries load beside what Qt opens at run time.
LOADED = (
    f"libc6 (>= {platform.libc_ver()[1]})",  # of the machine on which it is packed
    *["libfreetype6", "libgcc-s1", "libstdc++6", "libx11-6", "libx11-xcb1", "libzstd1", "zlib1g"],
)
PLACES = {
    DESKTOP / "cadl-desktop.desktop": "applications/cadl-desktop.desktop",
    DESKTOP / "cadl-desktop.thumbnailer": "thumbnailers/cadl-desktop.thumbnailer",
    DESKTOP / "mime.xml": "mime/packages/cadl-desktop.xml",
    DESKTOP / "metainfo.xml": "metainfo/cadl-desktop.metainfo.xml",
    ICON: "icons/hicolor/scalable/apps/cadl-desktop.svg",
    CHECKOUT / "LICENSE": "doc/cadl-desktop/copyright",
}
COPYRIGHT = """
The licences of all that comes with it are in /usr/lib/cadl-desktop/program/licences.
"""
CONTROL = """Package: {name}
Version: {version}
Architecture: amd64
Maintainer: {developers}
Section: education
Priority: optional
Installed-Size: {kilobytes}
Depends: {depends}
Recommends: libwayland-client0, libwayland-cursor0
Suggests: ffmpeg
Description: {summary}
 Design a network, give it a curve or pictures, and see every neuron while it
 trains; with seventeen lessons, sweeps, and exports of all that was learned.
"""


def make_package(folder: Path, dist: Path, version: str, level: int) -> Path:
    """Make NAME_VERSION_amd64.deb in `dist` from the application's folder, compressed by Zstandard.

    It has no scripts: removing it removes its own files, and nothing in a home folder.
    """
    with tempfile.TemporaryDirectory(dir=dist) as temporary:
        root = Path(temporary) / "root"
        program = root / "usr" / "lib" / NAME
        shutil.copytree(folder, program, symlinks=True, copy_function=_link)
        command = root / "usr" / "bin" / NAME
        command.parent.mkdir()
        command.symlink_to(f"../lib/{NAME}/{NAME}")
        for source, place in PLACES.items():
            target = root / "usr" / "share" / place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        complete_texts(root / "usr" / "share", version)
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(root)], check=True)
        size = sum(path.lstat().st_size for path in root.rglob("*"))
        depends = ", ".join(sorted({*LOADED, *LIBRARIES.values(), FONTS}))
        control = CONTROL.format(
            name=NAME,
            version=version,
            developers=DEVELOPERS,
            kilobytes=size // 1024,
            depends=depends,
            summary=SUMMARY,
        )
        (root / "DEBIAN").mkdir()
        (root / "DEBIAN" / "control").write_text(control, encoding="utf-8")
        package = dist / f"{NAME}_{version}_amd64.deb"
        compress = ["-Zzstd", f"-z{level}"]
        command_line = ["dpkg-deb", "--root-owner-group", *compress, "--build", str(root), str(package)]
        subprocess.run(command_line, check=True, stdout=subprocess.DEVNULL)
    return package


def complete_texts(share: Path, version: str) -> None:
    """Add version and day to what software centres show, and to the copyright where other licences are."""
    metainfo = share / PLACES[DESKTOP / "metainfo.xml"]
    day = section(CHECKOUT, version)[0] or date.today()
    text = metainfo.read_text(encoding="utf-8")
    metainfo.write_text(text.replace("VERSION", version).replace("DATE", str(day)), encoding="utf-8")
    with (share / PLACES[CHECKOUT / "LICENSE"]).open("a", encoding="utf-8") as copyright_file:
        copyright_file.write(COPYRIGHT)


def _link(source: str, target: str) -> None:
    """Link a file in place of copying it."""
    Path(target).hardlink_to(source)

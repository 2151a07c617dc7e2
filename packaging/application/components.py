"""Components of the stand-alone application: to what each file that PyInstaller packs belongs.

The program, a distribution, Python, or a package of the system; each with its licence and the texts of it.
"""

import os
import platform
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

from packageurl import PackageURL
from packaging.utils import canonicalize_name
from product import CHECKOUT

from cadl_desktop.requirements import (
    Library,
    library_of,
    program_library,
    python_library,
    qt_libraries,
    standard_texts,
)

Entry = tuple[str, str, str]
"""Entry of PyInstaller's lists: the name of a file in the application, its path here, and its kind."""

FROM_SYSTEM = {
    "libbz2.": "bzip2-1.0.6",
    "libcrypto.": "Apache-2.0",
    "libffi.": "MIT",
    "liblzma.": "0BSD",
    "libssl.": "Apache-2.0",
    "libuuid.": "BSD-3-Clause",
}
"""Libraries of the system that are packed, and their licences; their packages have other parts, too."""
# Of these a part is packed, under a licence of its own.
PARTLY_PACKED = {
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception AND Apache-2.0",
    "pyinstaller-hooks-contrib": "Apache-2.0",  # its hooks for run time; the others are under the GPL
}


@dataclass(frozen=True)
class Component:
    """Something that the application contains; `files` are those of a system package."""

    library: Library
    purl: PackageURL
    files: tuple[Path, ...] = ()


class Owners:
    """Distributions by name and Debian's packages that have the packed files, and files of nobody. `built` is
    PyInstaller's own folder."""

    def __init__(self, entries: Iterable[Entry], built: Path) -> None:
        self.distributions = {"pyinstaller": distribution("pyinstaller")}  # it starts the application
        self.packages: dict[str, list[Path]] = {}
        self.unknown: list[str] = []
        installed = {path: each for each in distributions() for path in files_of(each)}
        own = [CHECKOUT / name for name in ("cadl_desktop", "packaging", "resources")]
        stdlib, python = Path(sysconfig.get_path("stdlib")), place_of(sys.base_prefix)
        always = tuple(place_of(folder) for folder in (*own, built, stdlib))
        for _, source, kind in entries:
            path = place_of(source)
            if kind == "SYMLINK" or not os.path.isabs(source):
                continue
            owner = installed.get(path)
            if owner is not None:
                self.distributions[canonicalize_name(owner.name)] = owner
            elif not path.startswith(always):
                package = system_package(path)
                if package:
                    self.packages.setdefault(package, []).append(Path(source))
                elif not path.startswith(python):
                    self.unknown.append(source)

    def components(self) -> list[Component]:
        program, python = program_library(), python_library()
        found = [component_of(each) for _, each in sorted(self.distributions.items())]
        qt = qt_libraries(each.library for each in found)
        return [
            Component(program, PackageURL("pypi", None, program.name, program.version)),
            *(generic_component(each) for each in (python, *qt)),
            *found,
            *(system_component(name, paths) for name, paths in sorted(self.packages.items())),
        ]


def place_of(path: str | Path) -> str:
    """Path by which files are compared: without links, and on Windows in small letters."""
    return os.path.normcase(os.path.realpath(path))


def files_of(installed: Distribution) -> Iterator[str]:
    root = os.path.realpath(str(installed.locate_file("")))
    return (os.path.normcase(os.path.normpath(os.path.join(root, file))) for file in installed.files or ())


def generic_component(library: Library) -> Component:
    """Component of a library that is no package of a registry."""
    return Component(library, PackageURL("generic", None, library.name.lower(), library.version))


def component_of(installed: Distribution) -> Component:
    library = library_of(installed)
    licence = PARTLY_PACKED.get(library.name, library.licence)
    purl = PackageURL("pypi", None, canonicalize_name(library.name), library.version)
    return Component(replace(library, licence=licence), purl)


def system_package(path: str) -> str:
    """Package of Debian that has a file; empty if none has it, or elsewhere."""
    if not path.startswith(("/lib", "/usr/lib")) or not Path("/var/lib/dpkg").is_dir():
        return ""
    found = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True, check=False).stdout
    return found.partition(": ")[0]


def system_component(package: str, files: list[Path]) -> Component:
    fields = "${Package} ${Version} ${Architecture}"
    query = ["dpkg-query", "-W", "-f", fields, package]
    name, version, machine = subprocess.run(query, capture_output=True, text=True, check=True).stdout.split()
    licences = {
        licence for begin, licence in FROM_SYSTEM.items() for file in files if file.name.startswith(begin)
    }
    licence = " AND ".join(sorted(licences))
    copyright_file = Path("/usr/share/doc", name, "copyright")
    texts = [copyright_file.read_text("utf-8", "replace")] if copyright_file.is_file() else []
    library = Library(name, version, licence, (*texts, *standard_texts(licence)))
    system = platform.freedesktop_os_release()["ID"]
    purl = PackageURL("deb", system, name, version, {"arch": machine})
    return Component(library, purl, tuple(files))

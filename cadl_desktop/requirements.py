"""Libraries that the program is built on, as they are installed: versions, licences, and licence texts."""

import json
import platform
import re
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cadl_desktop import __version__
from cadl_desktop.resources import resource

PROGRAM, PYTHON, QT = "cadl-desktop", "Python", "Qt"
TEXTS, BILL = "licences", "sbom.cdx.json"
"""Folder of the stand-alone application with a text of each component, and the list of them (CycloneDX)."""
_BESIDE = Path(__file__).parent.parent
"""Checkout, site-packages, or the stand-alone application's folder."""
_LICENCE_FILE = re.compile("licen[cs]e|copying|notice|authors", re.IGNORECASE)
_NOTICE = re.compile("notice|authors", re.IGNORECASE)
_NO_TEXT = (".py", ".pyc", ".pyi")
# What distributions write in place of an SPDX identifier, in lower case.
_IDENTIFIERS = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "mit license": "MIT",
    "bsd 3-clause": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
}
# Brings a program (ffmpeg) that is under another licence than the one that it declares.
_UNDECLARED = {"imageio-ffmpeg": "BSD-2-Clause AND GPL-3.0-or-later"}
_SENTENCES = {
    "Apache-2.0": "apache license,? version 2.0",
    "BSD-3-Clause": "neither the name",
    "BSD-2-Clause": "redistributions in binary form must reproduce",
    "MIT": "permission is hereby granted, free of charge, to any person obtaining a copy",
}
"""Patterns by which the text of a licence is recognised; the first that is found decides."""


@dataclass(frozen=True)
class Library:
    """Installed component; `licence` is an SPDX expression, or empty if none is declared."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]


@cache
def installed_libraries() -> tuple[Library, ...]:
    """The program, Python, Qt, and all that the program requires, directly, through others or by an extra.

    The stand-alone application has a list of what it contains. Elsewhere the metadata of all are read, which
    takes some tenths of a second, the first time.
    """
    if getattr(sys, "frozen", False):
        program, *others = _packed_libraries(_BESIDE / TEXTS)
    else:
        found = [library_of(each) for each in required_distributions().values()]
        program, *others = program_library(), python_library(), *qt_libraries(found), *found
    first = [PYTHON, QT]
    return program, *sorted(others, key=lambda each: (each.name not in first, each.name.lower()))


def _packed_libraries(folder: Path) -> list[Library]:
    bill = json.loads((folder / BILL).read_text("utf-8"))
    return [_packed_library(each, folder) for each in (bill["metadata"]["component"], *bill["components"])]


def _packed_library(component: dict[str, Any], folder: Path) -> Library:
    name, version = component["name"], component["version"]
    (licence,) = component["licenses"]
    identifier = licence["expression"] if "expression" in licence else licence["license"]["id"]
    return Library(name, version, identifier, ((folder / text_name(name, version)).read_text("utf-8"),))


def text_name(name: str, version: str) -> str:
    """Name of the file with a component's licence texts, in the stand-alone application."""
    return f"{name}-{version}.txt"


def program_library() -> Library:
    checkout = _BESIDE / "LICENSE"
    paths = [checkout] if checkout.is_file() else licence_files(distribution(PROGRAM))
    return Library(PROGRAM, __version__, "MIT", tuple(path.read_text("utf-8") for path in paths))


def python_library() -> Library:
    places = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))  # the latter on Windows
    paths = [path for path in (place / "LICENSE.txt" for place in places) if path.is_file()]
    texts = tuple(path.read_text("utf-8", "replace") for path in paths[:1])
    return Library(PYTHON, platform.python_version(), "PSF-2.0", texts)


def qt_libraries(libraries: Iterable[Library]) -> list[Library]:
    """Qt, if its Python binding is among the libraries: it comes in the same wheel, by the same licences."""
    bindings = [each for each in libraries if each.name == "PySide6_Essentials"]
    return [replace(each, name=QT, version=".".join(each.version.split(".")[:3])) for each in bindings]


def required_distributions() -> dict[str, Distribution]:
    """Installed distributions that the requirements of the program reach, by normalised name."""
    found: dict[str, Distribution] = {}
    waiting = list(_own_requirements())
    visited = set(waiting)
    while waiting:
        line, extra = waiting.pop()
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        if name not in found:
            try:
                found[name] = distribution(requirement.name)
            except PackageNotFoundError:  # an extra that isn't installed, or left out of the application
                continue
        extras = ("", *requirement.extras)
        further = {(each, extra) for each in found[name].requires or () for extra in extras} - visited
        waiting += further
        visited |= further
    return found


def _own_requirements() -> Iterable[tuple[str, str]]:
    """Requirements of the program, each with the extra of which it may be."""
    project = _BESIDE / "pyproject.toml"
    if project.is_file():  # a checkout, in which the program is no distribution
        table = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
        lists = [table["dependencies"], *table["optional-dependencies"].values()]
        return [(line, "") for lines in lists for line in lines]
    program = distribution(PROGRAM)
    extras = ["", *(program.metadata.get_all("Provides-Extra") or ())]
    return [(line, extra) for line in program.requires or () for extra in extras]


def library_of(installed: Distribution) -> Library:
    """Version, licence and texts of a distribution. A licence that came without its text, or with a reference
    to it, has the program's copy of the text."""
    licences: list[str] = []
    notices: list[str] = []
    for path in licence_files(installed):
        is_notice = _NOTICE.search(path.name) is not None
        (notices if is_notice else licences).append(path.read_text("utf-8", "replace").strip("\n"))
    words = " ".join(" ".join(licences).lower().split())
    licence = _UNDECLARED.get(installed.name) or _declared_licence(installed) or _recognised(words)
    licences += [text for text in standard_texts(licence) if not _contains(words, text)]
    texts = dict.fromkeys([*licences, *notices])
    return Library(installed.name, installed.version, licence, tuple(texts))


def licence_files(installed: Distribution) -> list[Path]:
    """Licence texts and notices that a distribution brought, as paths on the disk."""
    names = [
        each
        for each in installed.files or ()
        if each.suffix not in _NO_TEXT and (_LICENCE_FILE.search(each.name) or _is_in_licences(each.parts))
    ]
    paths = [Path(str(installed.locate_file(name))) for name in names]
    return [path for path in paths if path.is_file()]


def _is_in_licences(parts: Sequence[str]) -> bool:
    return parts[0].endswith(".dist-info") and "licenses" in parts[1:-1]


def standard_texts(licence: str) -> list[str]:
    """Texts of the licences that an expression names, so far as the program has them."""
    names = re.findall(r"[\w.-]+", licence)
    if "LGPL-3.0-only" in names:
        names = ["LGPL-3.0-only", "GPL-3.0-only"]  # the former adds to the latter
    paths = [resource("licences", f"{name.replace('-or-later', '-only')}.txt") for name in names]
    return [path.read_text("utf-8").strip("\n") for path in paths if path.is_file()]


def _contains(words: str, text: str) -> bool:
    """Whether a licence is among these words in full, by a sample from its middle."""
    sample = text.lower().split()
    middle = len(sample) // 2
    return " ".join(sample[middle : middle + 20]) in words


def _declared_licence(installed: Distribution) -> str:
    """SPDX expression of what the metadata declare; empty if they don't, or not clearly."""
    fields = installed.metadata.get_all
    classifiers = [line for line in fields("Classifier") or () if line.startswith("License ::")]
    declared = [*(fields("License-Expression") or ()), *(fields("License") or ())]
    declared += [line.rpartition(" :: ")[2] for line in classifiers]
    expressions = (_expression(words) for words in declared)
    return next((expression for expression in expressions if expression), "")


def _expression(words: str) -> str:
    known = _IDENTIFIERS.get(words.strip().lower())
    if known:
        return known
    try:
        return canonicalize_license_expression(words)
    except InvalidLicenseExpression:
        return ""


def _recognised(words: str) -> str:
    """Identifier of the licence that is in these words; empty if none is known."""
    return next((name for name, pattern in _SENTENCES.items() if re.search(pattern, words)), "")

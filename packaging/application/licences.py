"""Licence texts and bill of materials of the stand-alone application.

The build stops if a packed file belongs to no component, or a component isn't required, has no licence or no
text, or is under the GPL without a choice or an exception.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution
from pathlib import Path

from components import PARTLY_PACKED, Component, Entry, Owners
from license_expression import get_spdx_licensing
from sbom import write_sbom

from cadl_desktop.requirements import BILL, TEXTS, Library, licence_files, required_distributions, text_name

LINE = "\n\n" + 80 * "-" + "\n\n"


def add_licences(entries: Iterable[Entry], work: Path) -> list[Entry]:
    """Write licence texts, SBOM and metadata into `work`, and return them as entries of the application."""
    owners = Owners(entries, work.parent)
    components = owners.components()
    problems = [f"{source} belongs to no component." for source in owners.unknown]
    tools = owners.distributions.keys() - required_distributions().keys() - PARTLY_PACKED.keys()
    problems += [f"{name} is packed, though the program doesn't require it." for name in sorted(tools)]
    problems += problems_of(components)
    if problems:
        sys.exit("\n".join(["The application can't be packed:", *problems]))
    texts = work / TEXTS
    texts.mkdir(parents=True, exist_ok=True)
    for each in components:
        name = text_name(each.library.name, each.library.version)
        (texts / name).write_text(text_of(each.library), encoding="utf-8")
    write_sbom(texts / BILL, components)
    metadata = [entry for each in owners.distributions.values() for entry in metadata_entries(each)]
    return [*files_below(work, TEXTS), *metadata]


def problems_of(components: Iterable[Component]) -> Iterator[str]:
    for library in (each.library for each in components):
        if not library.licence:
            yield f"{library.name} {library.version} declares no licence that is known here."
        elif not is_free_of_gpl(library.licence):
            yield f"{library.name} {library.version} is under {library.licence}."
        if not library.texts:
            yield f"{library.name} {library.version} has no licence text."


def is_free_of_gpl(licence: str) -> bool:
    """Whether an SPDX expression can be met without the GPL; with an exception it is another licence."""
    spdx = get_spdx_licensing()
    expression = spdx.parse(licence, validate=True)
    met = {
        symbol: spdx.FALSE if re.match("A?GPL-(?!.* WITH )", symbol.render()) else spdx.TRUE
        for symbol in expression.symbols
    }
    return bool(expression.subs(met, simplify=True) == spdx.TRUE)


def text_of(library: Library) -> str:
    return LINE.join([f"{library.name} {library.version}\nLicence: {library.licence}", *library.texts]) + "\n"


def metadata_entries(installed: Distribution) -> Iterator[Entry]:
    """Yields the files of a distribution that `importlib.metadata` and About read: its dist-info folder and
    other texts."""
    own = [file for file in installed.files or () if file.parts[0].endswith(".dist-info")]
    paths = {Path(str(installed.locate_file(file))) for file in own} | set(licence_files(installed))
    root = Path(str(installed.locate_file("")))
    for path in sorted(paths):
        if path.is_file():
            yield str(path.relative_to(root)), str(path), "DATA"


def files_below(root: Path, folder: str) -> Iterator[Entry]:
    for path in sorted((root / folder).rglob("*")):
        if path.is_file():
            yield str(path.relative_to(root)), str(path), "DATA"

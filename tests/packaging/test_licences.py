"""Licence texts and bill of materials that packaging/application/licences.py adds to the application."""

import json
import os
import shutil
import sys
from datetime import date
from importlib.metadata import distributions
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cadl_desktop import __version__, requirements
from cadl_desktop.experiment.catalog.dataset_entries import PICTURES
from cadl_desktop.requirements import BILL, TEXTS, installed_libraries
from tests.packaging.checkout import ROOT
from tests.packaging.scripts import scripts
from tests.test_requirements import make_distribution

with scripts("components", "licences", "debian") as (components, licences, debian):
    add_licences, is_free_of_gpl = licences.add_licences, licences.is_free_of_gpl


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder for a distribution, the only one beside those that every application has."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setattr(components, "distributions", lambda: distributions(path=[str(folder)]))
    monkeypatch.setattr(licences, "required_distributions", lambda: {"alpha": None})
    return folder


def entries(site: Path) -> list[tuple[str, str, str]]:
    """What PyInstaller would pack of that distribution, of Python, and of the program."""
    files = {
        "alpha": site / "alpha.py",
        "os": Path(os.__file__),
        "cadl_desktop": ROOT / "cadl_desktop" / "__init__.py",
    }
    modules = [(name, str(path), "PYMODULE") for name, path in files.items()]
    return [*modules, ("namespace", "-", "PYMODULE"), ("libalpha.so", "alpha/libalpha.so", "SYMLINK")]


def test_every_component_gets_its_text_and_a_line_in_the_bill(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_distribution(site, "License-Expression: MIT", "Do what you like.")
    work = tmp_path / "built" / "licences"
    added = {name: Path(source) for name, source, _ in add_licences(entries(site), work)}
    assert "Do what you like." in added[f"{TEXTS}/alpha-1.0.txt"].read_text()
    assert added["alpha-1.0.dist-info/METADATA"].parent.parent == site
    bill = json.loads(added[f"{TEXTS}/{BILL}"].read_text())
    found = {each["purl"].partition("@")[0]: each for each in bill["components"]}
    assert found.keys() == {"pkg:generic/python", "pkg:pypi/alpha", "pkg:pypi/pyinstaller"}
    assert found["pkg:pypi/alpha"]["licenses"] == [{"license": {"id": "MIT"}}]
    assert "Bootloader-exception" in found["pkg:pypi/pyinstaller"]["licenses"][0]["expression"]
    # About reads them there.
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(requirements, "_BESIDE", work)
    libraries = installed_libraries.__wrapped__()
    assert [each.name for each in libraries] == ["cadl-desktop", "Python", "alpha", "pyinstaller"]
    assert "Do what you like." in libraries[2].texts[0]


@pytest.mark.parametrize(
    ("fields", "text", "problem"),
    [
        ("License: own", "Ask me.", "declares no licence"),
        ("License: GPL-3.0-only", "Share all.", "is under GPL-3.0-only"),
    ],
)
def test_a_component_without_a_fitting_licence_ends_the_build(
    site: Path, tmp_path: Path, fields: str, text: str, problem: str
) -> None:
    make_distribution(site, fields, text)
    with pytest.raises(SystemExit, match=rf"alpha 1\.0 {problem}"):
        add_licences(entries(site), tmp_path / "licences")


def test_a_component_without_a_text_ends_the_build(site: Path, tmp_path: Path) -> None:
    make_distribution(site, "License: MIT", "")
    (site / "alpha-1.0.dist-info" / "COPYING").unlink()
    with pytest.raises(SystemExit, match=r"alpha 1\.0 has no licence text"):
        add_licences(entries(site), tmp_path / "licences")


def test_a_tool_that_gets_in_ends_the_build(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_distribution(site, "License: MIT", "Do what you like.")
    monkeypatch.setattr(licences, "required_distributions", lambda: {})
    with pytest.raises(SystemExit, match=r"alpha is packed, though"):
        add_licences(entries(site), tmp_path / "licences")


def test_a_file_of_nobody_ends_the_build(site: Path, tmp_path: Path) -> None:
    stray = tmp_path / "stray.so"
    stray.touch()
    with pytest.raises(SystemExit, match=r"stray\.so belongs to no component"):
        add_licences([("stray.so", str(stray), "BINARY")], tmp_path / "licences" / "texts")


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        ("MIT", True),
        ("LGPL-3.0-only OR GPL-2.0-only", True),
        ("LGPL-2.1-or-later", True),
        ("GPL-3.0-or-later WITH GCC-exception-3.1 AND MIT", True),
        ("MIT AND GPL-2.0-or-later", False),
        ("AGPL-3.0-only", False),
    ],
)
def test_only_the_gpl_without_choice_or_exception_is_refused(licence: str, free: bool) -> None:
    assert is_free_of_gpl(licence) is free


def test_the_manual_names_every_photograph_that_is_shown() -> None:
    page = (ROOT / "resources" / "manual" / "licences.md").read_text(encoding="utf-8")
    shown = [f"| {name} | `{picture.file}` |" for name, picture in PICTURES.items()]
    assert [row for row in shown if row not in page] == []


def test_the_debian_package_names_its_version_and_the_licences_of_the_rest(tmp_path: Path) -> None:
    metainfo, copyright_file = (
        tmp_path / next(place for source, place in debian.PLACES.items() if source.name == name)
        for name in ("metainfo.xml", "LICENSE")
    )
    for name, place in (
        ("packaging/application/for_linux/metainfo.xml", metainfo),
        ("LICENSE", copyright_file),
    ):
        place.parent.mkdir(parents=True)
        shutil.copyfile(ROOT / name, place)
    debian.complete_texts(tmp_path, __version__)
    release = ElementTree.parse(metainfo).find("releases/release")
    assert release is not None
    assert release.get("version") == __version__
    assert date.fromisoformat(release.get("date", "")) <= date.today()
    assert copyright_file.read_text(encoding="utf-8").endswith("program/licences.\n")

"""Libraries of the program, with their licences: those of this environment, and some made for it."""

from importlib.metadata import distribution
from pathlib import Path

import pytest
from PySide6.QtCore import qVersion

from cadl_desktop import __version__
from cadl_desktop.requirements import installed_libraries, library_of

APACHE = "Licensed under the Apache License,\n  Version 2.0 (the 'License')."
BSD = "Redistributions in binary form must reproduce the above copyright notice."


def test_all_libraries_of_this_environment_have_a_licence_and_its_text() -> None:
    libraries = installed_libraries()
    assert [each.name for each in libraries if not (each.licence and each.texts)] == []
    program, python, qt, *others = libraries
    assert (program.version, program.licence) == (__version__, "MIT")
    assert (python.name, qt.name, qt.version) == ("Python", "Qt", qVersion())
    assert "Guido" in python.texts[0]
    names = {each.name.lower() for each in others}
    # What is required, by others, by an extra, and by an extra of an extra.
    assert names >= {"numpy", "kiwisolver", "onnx", "distributed", "tornado"}
    assert names.isdisjoint({"pytest", "ruff"})


def test_qt_comes_with_the_lgpl_and_the_gpl_to_which_it_adds() -> None:
    for name in ("Qt", "PySide6_Essentials", "shiboken6"):
        (library,) = (each for each in installed_libraries() if each.name == name)
        lesser, general = library.texts
        assert lesser.lstrip().startswith("GNU LESSER GENERAL PUBLIC LICENSE")
        assert general.lstrip().startswith("GNU GENERAL PUBLIC LICENSE")


def test_ffmpeg_is_under_the_gpl() -> None:
    (films,) = (each for each in installed_libraries() if each.name == "imageio-ffmpeg")
    assert films.licence == "BSD-2-Clause AND GPL-3.0-or-later"
    assert any("GNU GENERAL PUBLIC LICENSE" in text for text in films.texts)


@pytest.mark.parametrize(
    ("fields", "text", "licence"),
    [
        ("License-Expression: MIT OR Apache-2.0", "", "MIT OR Apache-2.0"),
        ("License: MIT", "", "MIT"),
        ("License: Apache 2.0", "", "Apache-2.0"),
        ("Classifier: License :: OSI Approved :: Apache Software License", "", "Apache-2.0"),
        ("License: BSD", f"{BSD} Neither the name", "BSD-3-Clause"),
        ("Classifier: License :: OSI Approved :: BSD License", BSD, "BSD-2-Clause"),
        ("Summary: nothing is declared", APACHE, "Apache-2.0"),
        ("License: own", "Ask me.", ""),
    ],
)
def test_a_licence_is_declared_or_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: str, text: str, licence: str
) -> None:
    make_distribution(tmp_path, fields, text)
    monkeypatch.syspath_prepend(tmp_path)
    found = library_of(distribution("alpha"))
    assert (found.name, found.version, found.licence) == ("alpha", "1.0", licence)


def test_a_reference_to_a_licence_is_completed_by_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_distribution(tmp_path, "License: Apache-2.0", APACHE)
    monkeypatch.syspath_prepend(tmp_path)
    reference, text = library_of(distribution("alpha")).texts
    assert reference == APACHE
    assert "END OF TERMS AND CONDITIONS" in text


def make_distribution(folder: Path, fields: str, text: str) -> None:
    """Installs the distribution alpha 1.0, one module with a licence file."""
    metadata = folder / "alpha-1.0.dist-info"
    metadata.mkdir()
    (folder / "alpha.py").touch()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.4\nName: alpha\nVersion: 1.0\n{fields}\n")
    (metadata / "COPYING").write_text(text)
    names = ("alpha.py", f"{metadata.name}/METADATA", f"{metadata.name}/COPYING")
    (metadata / "RECORD").write_text("".join(f"{name},,\n" for name in names))

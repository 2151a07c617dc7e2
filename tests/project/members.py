"""Helpers that alter project files, and check whether those open."""

import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cadl_desktop.project import ProjectError, open_project

Members = dict[str, bytes]


def members_of(path: Path) -> Members:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_members(path: Path, change: Callable[[Members], object]) -> Path:
    """Writes a copy of the file with changed members."""
    members = members_of(path)
    change(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refused(path: Path) -> str:
    """Returns the one sentence by which a file is refused."""
    with pytest.raises(ProjectError) as told:
        open_project(path)
    return _one_sentence(path, told.value)


def opens(path: Path) -> bool:
    """Whether a file opens; otherwise it must be refused with a sentence."""
    try:
        open_project(path)
    except ProjectError as error:
        return not _one_sentence(path, error)
    return True


def flipped(whole: bytes, draw: random.Random) -> bytes:
    """Flips some bits."""
    found = bytearray(whole)
    for _ in range(draw.choice([1, 3, 20])):
        found[draw.randrange(len(found))] ^= 1 << draw.randrange(8)
    return bytes(found)


def _one_sentence(path: Path, error: ProjectError) -> str:
    sentence = str(error)
    assert sentence.startswith(f"'{path.name}' can't be opened: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence

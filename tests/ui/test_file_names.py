"""Names for files."""

from pathlib import Path

import pytest

from cadl_desktop.ui.intake.file_names import MOST_CHARACTERS, file_name, with_ending


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("10 tanh neurons", "10 tanh neurons"),
        ("run 0.01", "run 0.01"),
        ("train/val", "train-val"),
        ("a\\b: *c?\n", "a-b- -c-"),
        ("../../secret", "-..-secret"),
        (".hidden", "hidden"),
        ("ends in dots. . ", "ends in dots"),
        ("nul", "_nul"),
        ("Aux.csv", "_Aux.csv"),
        ("com1 .1", "_com1 .1"),
        ("LPT²", "_LPT²"),
        ("auxiliary", "auxiliary"),
        ("Größe", "Größe"),
        ("שלום", "שלום"),
        ("\u202elive\u2069", "live"),
        ("", "Experiment"),
        (" ... ", "Experiment"),
        ("x" * 500, "x" * MOST_CHARACTERS),
    ],
)
def test_titles_become_names_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(title, "Experiment") == name


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("run", "run.cadl"),
        ("run 0.01", "run 0.01.cadl"),
        ("run.cadl", "run.cadl"),
        ("run.CADL", "run.CADL"),
        ("run.txt", "run.txt.cadl"),
        (".cadl", ".cadl.cadl"),
    ],
)
def test_the_ending_is_added_unless_it_is_there(typed: str, meant: str) -> None:
    assert with_ending(Path("folder") / typed, [".cadl"], ".cadl") == Path("folder") / meant


def test_an_ending_may_have_two_parts() -> None:
    endings = [".npz", ".weights.h5"]
    assert with_ending(Path("best.weights.h5"), endings, ".npz") == Path("best.weights.h5")
    assert with_ending(Path("best.h5"), endings, ".weights.h5") == Path("best.h5.weights.h5")

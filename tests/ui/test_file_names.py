"""Names for files."""

from pathlib import Path

import pytest

from cadl_desktop.ui.intake.file_names import MOST_CHARACTERS, export_path, file_name, with_ending


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


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("coffee", "coffee-painting.png"),
        ("hubble deep field", "hubble-deep-field-painting.png"),
        ("Learned painting", "Learned-painting.png"),
        ("sin(x) + x/3", "sin-x-x-3-painting.png"),
        ("0.5*x", "0.5-x-painting.png"),
        ("IMG_2034", "IMG_2034-painting.png"),
        ("../a\\b: *c?\n", "a-b-c-painting.png"),
        ("हिन्दी", "हिन्दी-painting.png"),
        ("nul", "_nul-painting.png"),
        ("\u202e*", "painting.png"),
        ("", "painting.png"),
        ("漢" * 500, "漢" * 60 + "-painting.png"),
    ],
)
def test_an_export_is_named_by_its_title_and_what_it_is(tmp_path: Path, title: str, name: str) -> None:
    assert export_path(tmp_path, title, "painting", ".png") == tmp_path / name


def test_an_export_gets_the_smallest_free_number(tmp_path: Path) -> None:
    (tmp_path / "coffee-weights.weights.h5").touch()
    (tmp_path / "coffee-weights-2.weights.h5").symlink_to("nowhere")
    (tmp_path / "coffee-weights-4.weights.h5").mkdir()
    for number in (3, 5):
        path = export_path(tmp_path, "coffee", "weights", ".weights.h5")
        assert path == tmp_path / f"coffee-weights-{number}.weights.h5"
        path.touch()
    assert export_path(tmp_path / "gone", "coffee", "page", ".html").name == "coffee-page.html"


def test_names_of_wide_characters_have_room_for_their_endings(tmp_path: Path) -> None:
    for title in ("\U0001f308" * 80, "\u753b" * 80):
        path = export_path(tmp_path, title, "painting", ".png")
        path.with_name(f"{path.name}.recipe.json").touch()

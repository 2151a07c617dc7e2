"""`packaging/run.py` asks for a display's libraries where a window opens, and nowhere else."""

import ast
from pathlib import Path

import pytest

from tests.packaging.checkout import FILES, ROOT, Checkout, sentences

ABSENT = {"libcadl-absent.so.9": "libcadl-absent"}
NEEDED = "Please install these system packages (Debian's names): libcadl-absent."


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout", lacks=ABSENT)


@pytest.mark.parametrize("words", [["train"], ["export"], ["list"], ["--version"], ["mine.cadl", "-h"]])
def test_what_opens_no_window_needs_no_display(checkout: Checkout, words: list[str]) -> None:
    ended = checkout.run("run.py", *words)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"started -P -m cadl_desktop {' '.join(words)}\n"
    assert sentences(ended.stderr)[0] == f"{NEEDED} This command works without them."


@pytest.mark.parametrize("words", [[], ["mine.cadl"], ["lecture-tanh"]])
def test_a_window_needs_a_display(checkout: Checkout, words: list[str]) -> None:
    ended = checkout.run("run.py", *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert sentences(ended.stderr) == [NEEDED]


@pytest.mark.parametrize("name", FILES)
def test_an_old_python_reads_the_scripts(name: str) -> None:
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 8))

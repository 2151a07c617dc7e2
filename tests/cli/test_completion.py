"""Completion of the command line, asked of the shells themselves."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.commands import Result

CASES = [
    ("tr", {"train"}),
    ("train --rot", {"--rotate"}),
    ("train --preset lecture-ta", {"lecture-tanh"}),
    ("train lecture-ta", {"lecture-tanh"}),
    ("train pho", {"photo.png"}),
    ("train --mask pho", {"photo.png"}),
    ("train --set optimizer.ra", {"optimizer.rate="}),
    (
        "train --set optimizer.kind=ada",
        {"optimizer.kind=adagrad", "optimizer.kind=adam", "optimizer.kind=adamw"},
    ),
    ("train --dates ", {"day-first", "month-first"}),
    ("export --to x.csv --what fi", {"film"}),
    ("export --with pho", {"photo.png"}),
    ("export --loss", {"--lossless"}),
    ("lesson al", {"all"}),
    ("painters pho", {"photo.png"}),
    ("painters photo.png --mar", {"--margin"}),
    ("thumbnail pho", {"photo.png"}),
    ("completion ", {"bash", "zsh", "fish"}),
]
BY_WORDS_OF_BASH = [
    ("train --set optimizer.kind", "=", {"adagrad", "adam", "adamw", "momentum", "muon", "rmsprop"}),
    ("train --set optimizer.kind =", "adag", {"adagrad"}),
    ("train --set l1 = 1", "optimizer.ra", {"optimizer.rate="}),
    ("train --set l1 = 1 optimizer.kind =", "adag", {"adagrad"}),
    ("train --set l1 = 1", "lecture-ta", {"lecture-tanh"}),
    ("train --set data.image =", "pho", {"photo.png"}),
    ("train --out =", "pho", {"photo.png"}),
    ("export --what =", "fil", {"film"}),
]
"""Words before the last one, as bash takes '=' for a word."""
IN_BASH = """
source ./script
COMP_WORDS=(cadl-desktop $1 "$2")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_cadl_desktop 2> errors
printf '%s\\n' "${COMPREPLY[@]}"
"""
IN_ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT=; source ./script && print -r ready"
zpty -r shell seen '*ready*ready*'
zpty -w -n shell $'cadl-desktop train --preset lecture-ta\\t'
zpty -r shell seen '*lecture-tanh*' && print -r lecture-tanh
zpty -w -n shell $' --set optimizer.kind=adag\\t'
zpty -r shell seen '*kind=adagrad*' && print -r adagrad
zpty -w -n shell $' see\\t'
zpty -r shell seen '*seed=*' && print -r seed
"""


@pytest.fixture(params=["bash", "fish", "zsh"])
def shell(request: pytest.FixtureRequest, here: Callable[..., Result], tmp_path: Path) -> str:
    """Name of a shell, whose script is in a folder with a picture."""
    if shutil.which(request.param) is None:
        pytest.skip("this shell is not there")
    (tmp_path / "script").write_text(here("completion", request.param).stdout)
    (tmp_path / "photo.png").touch()
    return str(request.param)


def completed(folder: Path, *words: str) -> set[str]:
    home = {**os.environ, "HOME": str(folder)}
    result = subprocess.run(
        words, cwd=folder, env=home, capture_output=True, text=True, timeout=60, check=False
    )
    return {line.split("\t")[0].strip() for line in result.stdout.splitlines()} - {""}


def test_bash_completes_what_stands_behind_an_equals_sign(
    here: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "script").write_text(here("completion", "bash").stdout)
    (tmp_path / "photo.png").touch()
    for before, last, wanted in BY_WORDS_OF_BASH:
        assert completed(tmp_path, "bash", "-c", IN_BASH, "bash", before, last) == wanted, (before, last)


def test_a_shell_completes_what_the_commands_take(shell: str, tmp_path: Path) -> None:
    if shell == "zsh":  # it completes in a terminal only, by the script of bash
        assert completed(tmp_path, "zsh", "-f", "-c", IN_ZSH) == {"lecture-tanh", "adagrad", "seed"}
        return
    for line, wanted in CASES:
        before, _, last = line.rpartition(" ")
        if shell == "bash":
            found = completed(tmp_path, "bash", "-c", IN_BASH, "bash", before, last)
        else:
            found = completed(tmp_path, "fish", "-c", f"source ./script; complete -C 'cadl-desktop {line}'")
        assert wanted == found, line

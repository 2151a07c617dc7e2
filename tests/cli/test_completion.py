"""Completion of the command line, asked of the shells themselves."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cadl_desktop.cli.commands import WITHOUT_WINDOW, opens_window
from cadl_desktop.cli.completion_command import _PARSERS
from cadl_desktop.experiment.registry import load_reference
from tests.cli.commands import COMMAND, Result, environment

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
    ("train --set optimizer.kind=grad", {"optimizer.kind=gradient descent"}),
    ("train --set l1=1 optimizer.kind=adag", {"optimizer.kind=adagrad"}),
    ("train --set l1=1 lecture-ta", {"lecture-tanh"}),
    ("train lecture-tanh --set l1=1 optimizer.ra", {"optimizer.rate="}),
    ("train --set data.image=pho", {"data.image=photo.png"}),
    ("train --out=pho", {"--out=photo.png"}),
    ("export --what=fil", {"--what=film"}),
    ("train --epochs 3", set()),
]
IN_BASH = r"""
source ./script
COMP_LINE="cadl-desktop $1"
COMP_POINT=${#COMP_LINE}
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
_python_argcomplete cadl-desktop
printf '%s\n' "${COMPREPLY[@]}"
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
    """Name of a shell, whose script is in a folder with the program and a picture."""
    if shutil.which(request.param) is None:
        pytest.skip("this shell is not there")
    (tmp_path / "script").write_text(here("completion", request.param).stdout)
    (tmp_path / "photo.png").touch()
    program = tmp_path / "cadl-desktop"
    program.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n')
    program.chmod(0o755)
    return str(request.param)


def completed(folder: Path, *words: str) -> set[str]:
    theirs = environment(HOME=str(folder), PATH=f"{folder}:{os.environ['PATH']}")
    result = subprocess.run(
        words, cwd=folder, env=theirs, capture_output=True, text=True, timeout=60, check=False
    )
    return {line.split("\t")[0].replace("\\", "").strip() for line in result.stdout.splitlines()} - {""}


def test_a_shell_completes_what_the_commands_take(shell: str, tmp_path: Path) -> None:
    if shell == "zsh":  # it completes in a terminal only
        assert completed(tmp_path, "zsh", "-f", "-c", IN_ZSH) == {"lecture-tanh", "adagrad", "seed"}
        return
    for line, wanted in CASES:
        if shell == "bash":
            found = completed(tmp_path, "bash", "-c", IN_BASH, "bash", line)
            if "=" in line.split(" ")[-1]:  # behind which a word begins in bash
                wanted = {word.partition("=")[2] for word in wanted}
        else:
            found = completed(tmp_path, "fish", "-c", f"source ./script; complete -C 'cadl-desktop {line}'")
        assert wanted == found, line


def test_every_command_is_completed() -> None:
    programs = {name: load_reference(parser)().prog for name, parser in _PARSERS.items()}
    assert programs == {name: f"cadl-desktop {name}".strip() for name in ("", *WITHOUT_WINDOW)}


def test_a_line_that_is_completed_opens_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    assert opens_window([])
    monkeypatch.setenv("_ARGCOMPLETE", "1")
    assert not opens_window([])


def test_other_lines_begin_without_argcomplete() -> None:
    code = "import sys; from cadl_desktop.__main__ import main; main(['--version']); print(*sys.modules)"
    words = [COMMAND[0], "-c", code]
    loaded = subprocess.run(words, capture_output=True, text=True, env=environment(), check=True).stdout
    assert "cadl_desktop.cli" in loaded.split()
    assert "argcomplete" not in loaded.split()

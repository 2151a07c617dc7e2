"""Entries that another package brings along."""

import os
import subprocess
import sys
from pathlib import Path

PLUGIN = """
from cadl_desktop.experiment.registry import Entry, register

def add():
    register("activation", Entry("loud", "Loud", "Twice as much.", "loud:compute"))
"""
ASK = """
import sys
from cadl_desktop.experiment.catalog import entries
print(sorted(entries("activation")), "importlib.metadata" in sys.modules)
"""


def known(folder: Path) -> str:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    asked = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr
    return asked.stdout


def test_a_package_registers_its_own_by_an_entry_point(tmp_path: Path) -> None:
    assert "'loud'" not in known(tmp_path)
    (tmp_path / "loud.py").write_text(PLUGIN)
    about = tmp_path / "loud-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[cadl_desktop.catalog]\nloud = loud:add\n")
    assert "'loud'" in known(tmp_path)


def test_without_such_a_package_none_is_looked_up(tmp_path: Path) -> None:
    assert "False" in known(tmp_path)

"""Entries that another package registers."""

import os
import subprocess
import sys
from pathlib import Path

PLUGIN = """
from cadl_desktop.experiment.registry import Entry, register

def add():
    register("activation", Entry("loud", "Loud", "Twice as much.", "loud:compute"))
"""
PROGRAM = """
import sys
from cadl_desktop.experiment.catalog import entries
print(sorted(entries("activation")), "importlib.metadata" in sys.modules)
"""


def install(folder: Path) -> None:
    """Puts a package into a folder that registers an activation 'loud'."""
    (folder / "loud.py").write_text(PLUGIN)
    about = folder / "loud-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[cadl_desktop.catalog]\nloud = loud:add\n")


def registered(folder: Path) -> str:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_package_registers_its_own_by_an_entry_point(tmp_path: Path) -> None:
    assert "'loud'" not in registered(tmp_path)
    install(tmp_path)
    assert "'loud'" in registered(tmp_path)


def test_entry_points_are_not_read_without_a_plugin(tmp_path: Path) -> None:
    assert "False" in registered(tmp_path)

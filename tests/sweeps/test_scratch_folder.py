"""Scratch folders are removed by their creator or a later process, and never while in use."""

from pathlib import Path
from threading import Thread
from time import sleep

from cadl_desktop.experiment import preset
from cadl_desktop.sweeps.records.scratch_folder import ScratchFolder, remove_abandoned_scratch
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from tests.sweeps.sweep_folders import sweep_of_seeds

CURVE = preset("lecture-tanh")


def test_it_is_removed_once_its_owner_has_ended(tmp_path: Path) -> None:
    scratch = ScratchFolder(tmp_path / "root")
    sweep = SweepFolder(scratch.place(1))
    sweep.make(sweep_of_seeds(CURVE, 2))
    hold = sweep.own()
    assert hold
    removal = Thread(target=scratch.remove)
    removal.start()
    while not (commands := sweep.heard()):
        sleep(0.01)
    assert commands == {"stop"}
    assert scratch.path.exists()
    hold.unlock()
    removal.join()
    assert list((tmp_path / "root").iterdir()) == []


def test_abandoned_folders_are_removed(tmp_path: Path) -> None:
    remove_abandoned_scratch(tmp_path / "root")
    in_use, abandoned, running = (ScratchFolder(tmp_path / "root") for _ in range(3))
    sweep = SweepFolder(running.place(1))
    sweep.make(sweep_of_seeds(CURVE, 2))
    hold = sweep.own()
    assert hold
    for folder in (abandoned, running):  # as when their process is killed
        assert folder._hold
        folder._hold.unlock()
    remove_abandoned_scratch(tmp_path / "root")
    assert {path.name for path in (tmp_path / "root").iterdir()} == {in_use.path.name, running.path.name}
    assert sweep.heard() == {"stop"}
    hold.unlock()
    remove_abandoned_scratch(tmp_path / "root")
    in_use.remove()
    assert list((tmp_path / "root").iterdir()) == []

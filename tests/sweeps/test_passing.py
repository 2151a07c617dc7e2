"""What nobody keeps is removed, by whoever looked at it or by the next one, and never from under anybody."""

from pathlib import Path
from threading import Thread
from time import sleep

from cadl_desktop.experiment import preset
from cadl_desktop.sweeps.records.folder import SweepFolder
from cadl_desktop.sweeps.records.passing import PassingFolder, remove_left
from tests.sweeps.seeds import sweep_of_seeds

CURVE = preset("lecture-tanh")


def test_it_is_removed_once_its_owner_has_left(tmp_path: Path) -> None:
    passing = PassingFolder(tmp_path / "root")
    sweep = SweepFolder(passing.place(1))
    sweep.make(sweep_of_seeds(CURVE, 2))
    hold = sweep.own()
    assert hold
    removal = Thread(target=passing.remove)
    removal.start()
    while not (heard := sweep.heard()):
        sleep(0.01)
    assert heard == {"stop"}
    assert passing.path.exists()
    hold.let_go()
    removal.join()
    assert list((tmp_path / "root").iterdir()) == []


def test_what_another_process_has_left_is_removed(tmp_path: Path) -> None:
    remove_left(tmp_path / "root")
    looked_at, left, running = (PassingFolder(tmp_path / "root") for _ in range(3))
    sweep = SweepFolder(running.place(1))
    sweep.make(sweep_of_seeds(CURVE, 2))
    hold = sweep.own()
    assert hold
    for folder in (left, running):  # as when their process is killed
        assert folder._hold
        folder._hold.let_go()
    remove_left(tmp_path / "root")
    assert {path.name for path in (tmp_path / "root").iterdir()} == {looked_at.path.name, running.path.name}
    assert sweep.heard() == {"stop"}
    hold.let_go()
    remove_left(tmp_path / "root")
    looked_at.remove()
    assert list((tmp_path / "root").iterdir()) == []

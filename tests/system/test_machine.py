"""How much memory is free."""

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from cadl_desktop.system import machine


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files in which a container's limits stand; 8,000 bytes are free outside of it."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=8_000))
    monkeypatch.setattr(machine, "CONTROL_GROUP", tmp_path)
    return tmp_path


def limit(container: Path, most: str, used: int, kept: int) -> None:
    (container / "memory.max").write_text(f"{most}\n")
    (container / "memory.current").write_text(f"{used}\n")
    (container / "memory.stat").write_text(f"anon 17\ninactive_file {kept}\nactive_file 9\n")


def test_this_machine_says_what_it_has() -> None:
    free = machine.free_memory()
    assert free is not None
    assert 10_000_000 < free <= psutil.virtual_memory().total


def test_without_a_container_all_that_the_system_has_is_free(container: Path) -> None:
    assert machine.free_memory() == 8_000


@pytest.mark.parametrize(
    ("most", "used", "kept", "free"),
    [
        ("3000", 1000, 0, 2000),
        ("3000", 2900, 500, 600),  # files that are kept only in case they are read again make room
        ("3000", 4000, 0, 0),
        ("90000", 1000, 0, 8_000),
        ("max", 1000, 0, 8_000),
    ],
)
def test_a_container_leaves_no_more_than_its_limit(
    container: Path, most: str, used: int, kept: int, free: int
) -> None:
    limit(container, most, used, kept)
    assert machine.free_memory() == free


def test_a_system_that_does_not_say_is_believed(container: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hidden() -> None:
        raise PermissionError("/proc/meminfo")

    monkeypatch.setattr(psutil, "virtual_memory", hidden)
    assert machine.free_memory() is None

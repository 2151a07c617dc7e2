"""Free memory, malloc settings and thread priorities."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import get_native_id
from types import SimpleNamespace

import psutil
import pytest

from cadl_desktop.system import machine
from cadl_desktop.system.machine import lower_thread_priority


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder with the limits of a container; outside of it 8,000 bytes are free."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=8_000))
    monkeypatch.setattr(machine, "CONTROL_GROUP", tmp_path)
    return tmp_path


def limit(container: Path, most: str, used: int, kept: int) -> None:
    (container / "memory.max").write_text(f"{most}\n")
    (container / "memory.current").write_text(f"{used}\n")
    (container / "memory.stat").write_text(f"anon 17\ninactive_file {kept}\nactive_file 9\n")


def test_free_memory_of_this_machine() -> None:
    free = machine.free_memory()
    assert free is not None
    assert 10_000_000 < free <= psutil.virtual_memory().total


def test_without_a_limit_all_available_memory_is_free(container: Path) -> None:
    assert machine.free_memory() == 8_000


@pytest.mark.parametrize(
    ("most", "used", "kept", "free"),
    [
        ("3000", 1000, 0, 2000),
        ("3000", 2900, 500, 600),  # cached files can be dropped
        ("3000", 4000, 0, 0),
        ("90000", 1000, 0, 8_000),
        ("max", 1000, 0, 8_000),
    ],
)
def test_a_container_limits_free_memory(container: Path, most: str, used: int, kept: int, free: int) -> None:
    limit(container, most, used, kept)
    assert machine.free_memory() == free


def test_free_memory_may_be_unknown(container: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hidden() -> None:
        raise PermissionError("/proc/meminfo")

    monkeypatch.setattr(psutil, "virtual_memory", hidden)
    assert machine.free_memory() is None


MALLOC_PROGRAM = """
import ctypes
import sys

class Counts(ctypes.Structure):
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in names.split()]

from cadl_desktop.system.machine import configure_malloc, trim_malloc

configure_malloc()
trim_malloc()
counts = getattr(ctypes.CDLL(None), "mallinfo2", None)  # of glibc alone
if counts is None:
    sys.exit("as the system has it")
counts.restype = Counts
larger = bytearray(16 * 2**20)
del larger
before = counts().hblkhd
held = bytearray(4 * 2**20)
sys.exit("from the system" if counts().hblkhd >= before + 4 * 2**20 else "from a heap")
"""


def test_large_allocations_are_mapped_even_after_larger_ones() -> None:
    ended = subprocess.run([sys.executable, "-c", MALLOC_PROGRAM], capture_output=True, text=True)
    assert ended.stderr.splitlines()[-1] in ("from the system", "as the system has it")


IS_LINUX = sys.platform == "linux"


@pytest.mark.parametrize(("apart", "nicer"), [(False, 5), (True, 10)])
def test_threads_inherit_the_lowered_priority(apart: bool, nicer: int) -> None:
    def machine() -> int:
        return os.getpriority(os.PRIO_PROCESS, get_native_id())

    def found() -> list[int]:
        lower_thread_priority(apart)
        with ThreadPoolExecutor(1) as started:
            return [machine(), started.submit(machine).result()]

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(found).result() == [machine() + (nicer if IS_LINUX else 0)] * 2


def test_without_thread_priorities_nothing_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "_IS_LINUX", False)
    for name in ("sched_setscheduler", "setpriority"):
        monkeypatch.delattr(os, name, raising=False)
    with ThreadPoolExecutor(1, initializer=lower_thread_priority) as pool:
        assert pool.submit(lambda: "done").result(10) == "done"


def no_such_file(*_: object) -> None:
    raise FileNotFoundError


def test_elsewhere_a_process_apart_is_lowered_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    lowered = list[tuple[object, ...]]()
    monkeypatch.setattr(machine, "_IS_LINUX", False)
    monkeypatch.setattr(os, "setpriority", lambda *how: lowered.append(how))
    monkeypatch.setattr(Path, "write_text", no_such_file)  # in /proc, which only Linux has
    lower_thread_priority(apart=True)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 0x4000, raising=False)
    monkeypatch.setattr(psutil.Process, "nice", lambda of, value: lowered.append((of.pid, value)))
    lower_thread_priority(apart=True)
    assert lowered == [(os.PRIO_PROCESS, os.getpid(), 10), (os.getpid(), 0x4000)]


def test_a_refused_priority_is_ignored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError

    for name in ("sched_setscheduler", "setpriority"):
        monkeypatch.setattr(os, name, refuses, raising=False)
    with ThreadPoolExecutor(1, initializer=lower_thread_priority) as pool:
        assert pool.submit(lambda: "done").result(10) == "done"

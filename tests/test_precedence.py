"""Which threads give way, and that one core holds the window and those that compute in Python behind it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread, get_native_id

import pytest

from cadl_desktop import precedence
from cadl_desktop.machine import CORES
from cadl_desktop.precedence import Stay, WindowsCore, give_way

IS_LINUX = sys.platform == "linux"
ONE = 1 if IS_LINUX else len(CORES)
COUNT = (
    "import os; print(len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count())"
)


@pytest.fixture
def core() -> WindowsCore:
    """That of a window whose thread is the test's."""
    core = WindowsCore()
    core.is_here()
    return core


def cores() -> Set[int]:
    """That the calling thread may use."""
    return os.sched_getaffinity(0) if IS_LINUX else CORES


@contextmanager
def held(core: WindowsCore) -> Iterator[set[int]]:
    """Another thread is behind the window meanwhile, on these cores."""
    inside, over = Event(), Event()
    found: set[int] = set()

    def stay() -> None:
        with core.shared():
            found.update(cores())
            inside.set()
            over.wait(10)

    thread = Thread(target=stay)
    thread.start()
    assert inside.wait(10)
    try:
        yield found
    finally:
        over.set()
        thread.join()


def test_what_gives_way_does_so_with_all_the_threads_that_it_starts() -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, get_native_id())

    def found() -> list[int]:
        give_way()
        with ThreadPoolExecutor(1) as started:
            return [priority(), started.submit(priority).result()]

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(found).result() == [priority() + (5 if IS_LINUX else 0)] * 2


def test_whoever_is_behind_the_window_is_on_its_core_until_the_last_has_left(core: WindowsCore) -> None:
    with held(core) as first:
        with held(core) as second:
            assert len(first) == ONE
            assert first == second == cores()
        assert cores() == first
    assert cores() == CORES


def test_a_thread_has_its_cores_back_also_after_an_error(core: WindowsCore) -> None:
    def after() -> Set[int]:
        with pytest.raises(ZeroDivisionError), core.shared(), core.shared():
            raise ZeroDivisionError
        return cores()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(after).result() == CORES
    assert cores() == CORES


def test_what_the_window_starts_meanwhile_may_use_every_core(core: WindowsCore) -> None:
    with held(core) as one:
        with core.left():
            told = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True)
        assert int(told.stdout) == len(CORES)
        assert cores() == one
    assert cores() == CORES


def test_a_thread_that_the_window_starts_meanwhile_gives_way_on_every_core(core: WindowsCore) -> None:
    def found() -> Set[int]:
        give_way()
        return cores()

    with held(core), ThreadPoolExecutor(1) as pool:
        assert pool.submit(found).result() == CORES


def test_the_windows_own_thread_and_those_without_a_window_stay_where_they_are(core: WindowsCore) -> None:
    for each in (core, WindowsCore()):
        with each.shared():
            assert cores() == CORES


def test_where_threads_have_no_cores_of_their_own_nothing_is_asked_of_the_system(
    core: WindowsCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precedence, "_IS_LINUX", False)
    for name in ("sched_setaffinity", "sched_getaffinity", "sched_setscheduler", "setpriority"):
        monkeypatch.delattr(os, name, raising=False)

    def work() -> str:
        give_way()
        with core.shared():
            return "done"

    with ThreadPoolExecutor(1) as pool, core.left():
        assert pool.submit(work).result() == "done"


def test_a_system_that_allows_none_of_it_keeps_no_thread_from_its_work(
    core: WindowsCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError

    for name in ("sched_setaffinity", "sched_setscheduler", "setpriority"):
        monkeypatch.setattr(os, name, refuses, raising=False)

    def work() -> str:
        with core.shared():
            return "done"

    with core.left():
        pool = ThreadPoolExecutor(1, initializer=give_way)
    with pool:
        assert pool.submit(work).result(10) == "done"


def test_a_thread_that_is_wanted_there_twice_stays_until_nobody_wants_it(
    core: WindowsCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precedence, "WINDOWS_CORE", core)

    def found() -> list[int]:
        first, second = Stay(), Stay()
        counts = []
        for stay, there in ((first, True), (second, True), (first, False), (second, False)):
            stay.want(there)
            counts.append(len(cores()))
        return counts

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(found).result() == [ONE, ONE, ONE, len(CORES)]
    assert cores() == CORES

"""What gives way to the window does so with all the threads that it starts, where the system knows of it."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import get_native_id

import pytest

from cadl_desktop.system import priority
from cadl_desktop.system.priority import give_way

IS_LINUX = sys.platform == "linux"


@pytest.mark.parametrize(("apart", "nicer"), [(False, 5), (True, 10)])
def test_what_gives_way_does_so_with_all_the_threads_that_it_starts(apart: bool, nicer: int) -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, get_native_id())

    def found() -> list[int]:
        give_way(apart)
        with ThreadPoolExecutor(1) as started:
            return [priority(), started.submit(priority).result()]

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(found).result() == [priority() + (nicer if IS_LINUX else 0)] * 2


def test_where_threads_have_no_priorities_nothing_is_asked_of_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(priority, "_IS_LINUX", False)
    for name in ("sched_setscheduler", "setpriority"):
        monkeypatch.delattr(os, name, raising=False)
    with ThreadPoolExecutor(1, initializer=give_way) as pool:
        assert pool.submit(lambda: "done").result(10) == "done"


def test_a_system_that_allows_none_of_it_keeps_no_thread_from_its_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError

    for name in ("sched_setscheduler", "setpriority"):
        monkeypatch.setattr(os, name, refuses, raising=False)
    with ThreadPoolExecutor(1, initializer=give_way) as pool:
        assert pool.submit(lambda: "done").result(10) == "done"

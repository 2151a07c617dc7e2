"""Messages arrive as they were sent, arrays beside them, and what stays is found again by its stand-in."""

import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from threading import Thread

import numpy as np
import pytest

from cadl_desktop.computing import link
from cadl_desktop.computing.link import LEAST_KEPT_BYTES, MOST_KEPT, BrokenError, Link, StandIn, Staying
from cadl_desktop.sentences import SentenceError

LARGE = bytes(range(256)) * (LEAST_KEPT_BYTES // 256)
Pair = tuple[Link, Link]


@pytest.fixture
def links() -> Iterator[Pair]:
    """Two ends."""
    (first_in, second_out), (second_in, first_out) = os.pipe(), os.pipe()
    pair = tuple(
        Link(os.fdopen(reading, "rb"), os.fdopen(writing, "wb"))
        for reading, writing in ((first_in, first_out), (second_in, second_out))
    )
    yield pair[0], pair[1]
    for each in pair:
        each.close()


@dataclass(frozen=True, eq=False)
class Thing:
    name: str
    array: np.ndarray
    content: bytes


def sent(links: Pair, message: object) -> object:
    """What arrives of it; a large one is more than a pipe holds."""
    sending = Thread(target=links[0].send, args=(message,), daemon=True)
    sending.start()
    found = links[1].receive()
    sending.join()
    return found


def numbers() -> Iterator[int]:
    yield from (1, 2)


@pytest.mark.parametrize("shape", [(), (0,), (3,), (40, 50), (0, 7)])
def test_arrays_of_any_size_arrive(links: Pair, shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).random(shape).astype(np.float32)
    for each in (array, np.asfortranarray(array), array[..., ::-1] if shape else array):
        found = sent(links, Thing("a", each, b""))
        assert isinstance(found, Thing)
        assert found.array.dtype == np.float32
        assert np.array_equal(found.array, each)


def test_large_bytes_are_sent_once_and_are_the_same_object_there(links: Pair) -> None:
    first, second = (sent(links, Thing(name, np.zeros(1), LARGE)) for name in "ab")
    assert isinstance(first, Thing)
    assert isinstance(second, Thing)
    assert first.content == LARGE
    assert first.content is second.content


def test_of_many_large_ones_the_last_are_kept(links: Pair) -> None:
    many = [LARGE[:-1] + bytes([number]) for number in range(2 * MOST_KEPT)]
    for content in [*many, *many]:
        assert sent(links, content) == content
    assert sent(links, many) == many
    assert len(links[1]._kept) == len(links[0]._sent) == MOST_KEPT


def test_of_very_large_ones_no_more_is_kept_than_there_may_be(
    links: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "MOST_KEPT_BYTES", 2 * len(LARGE))
    for number in range(4):
        content = LARGE + bytes([number])
        assert sent(links, content) == content
    assert len(links[1]._kept) == 1


def test_who_is_not_to_keep_them_is_sent_them_again(links: Pair) -> None:
    links[0]._keeps = False
    assert sent(links, LARGE) == sent(links, LARGE) == LARGE
    assert not links[1]._kept


def test_generators_stay_and_are_gone_when_nobody_holds_their_stand_in(links: Pair) -> None:
    stand_in = sent(links, numbers())
    assert isinstance(stand_in, StandIn)
    links[1].send(partial(next, stand_in, None))
    work = links[0].receive()
    assert [work(), work(), work()] == [1, 2, None]
    assert links[0]._staying
    del work, stand_in
    gc.collect()
    links[1].send("anything")
    assert links[0].receive() == "anything"
    assert not links[0]._staying


def test_a_thing_that_is_made_to_stay_is_that_thing_when_it_is_asked_of(links: Pair) -> None:
    thing = {"kept": 1}
    stand_in = sent(links, Staying(thing))
    links[1].send(("use", stand_in))
    assert links[0].receive()[1] is thing


def test_what_stayed_with_another_process_is_gone(links: Pair) -> None:
    links[1].send(StandIn(7, lambda number: None))
    gone = links[0].receive()
    gone.close()
    for ask in (lambda: next(gone), lambda: gone.go_on()):
        with pytest.raises(SentenceError, match="its process ended"):
            ask()


def test_what_can_not_be_pickled_is_refused_and_costs_no_other(links: Pair) -> None:
    with pytest.raises(Exception, match="pickle"):
        links[0].send([LARGE, numbers(), lambda: None])
    assert not links[0]._staying
    assert sent(links, LARGE) == LARGE


def test_the_end_of_the_other_side_is_noticed(links: Pair) -> None:
    links[0].close()
    with pytest.raises(BrokenError):
        links[1].receive()
    with pytest.raises(BrokenError):
        links[1].send("anybody?")

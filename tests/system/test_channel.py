"""Channel between two processes: messages, arrays, cached bytes and references arrive as they were sent."""

import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from threading import Thread

import numpy as np
import pytest

from cadl_desktop.sentences import SentenceError
from cadl_desktop.system import channel
from cadl_desktop.system.channel import (
    LEAST_KEPT_BYTES,
    MOST_KEPT,
    Channel,
    ChannelError,
    LocalObject,
    PickleCodec,
    PlainCodec,
    RemoteRef,
)

LARGE = bytes(range(256)) * (LEAST_KEPT_BYTES // 256)
Pair = tuple[Channel, Channel]


@pytest.fixture
def channels() -> Iterator[Pair]:
    """Both ends of a channel."""
    (first_in, second_out), (second_in, first_out) = os.pipe(), os.pipe()
    pair = tuple(
        Channel(os.fdopen(reading, "rb"), os.fdopen(writing, "wb"), PickleCodec())
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


def sent(channels: Pair, message: object) -> object:
    """Sends a message, on a thread as it may exceed a pipe, and returns what arrives."""
    sending = Thread(target=channels[0].send, args=(message,), daemon=True)
    sending.start()
    found = channels[1].receive()
    sending.join()
    return found


def numbers() -> Iterator[int]:
    yield from (1, 2)


@pytest.mark.parametrize("shape", [(), (0,), (3,), (40, 50), (0, 7)])
def test_arrays_of_any_size_arrive(channels: Pair, shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).random(shape).astype(np.float32)
    for each in (array, np.asfortranarray(array), array[..., ::-1] if shape else array):
        found = sent(channels, Thing("a", each, b""))
        assert isinstance(found, Thing)
        assert found.array.dtype == np.float32
        assert np.array_equal(found.array, each)


def test_large_bytes_are_sent_once_and_cached(channels: Pair) -> None:
    first, second = (sent(channels, Thing(name, np.zeros(1), LARGE)) for name in "ab")
    assert isinstance(first, Thing)
    assert isinstance(second, Thing)
    assert first.content == LARGE
    assert first.content is second.content


def test_only_the_last_of_many_large_bytes_are_cached(channels: Pair) -> None:
    many = [LARGE[:-1] + bytes([number]) for number in range(2 * MOST_KEPT)]
    for content in [*many, *many]:
        assert sent(channels, content) == content
    assert sent(channels, many) == many
    assert len(channels[1].codec._kept) == len(channels[0].codec._sent) == MOST_KEPT


def test_the_size_of_the_cache_is_limited(channels: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "MOST_KEPT_BYTES", 2 * len(LARGE))
    for number in range(4):
        content = LARGE + bytes([number])
        assert sent(channels, content) == content
    assert len(channels[1].codec._kept) == 1


def test_without_cache_bytes_are_sent_again(channels: Pair) -> None:
    channels[0].codec._keeps = False
    assert sent(channels, LARGE) == sent(channels, LARGE) == LARGE
    assert not channels[1].codec._kept


def test_generators_stay_and_are_released_with_their_reference(channels: Pair) -> None:
    reference = sent(channels, numbers())
    assert isinstance(reference, RemoteRef)
    channels[1].send(partial(next, reference, None))
    work = channels[0].receive()
    assert [work(), work(), work()] == [1, 2, None]
    assert channels[0].codec._local
    del work, reference
    gc.collect()
    channels[1].send("anything")
    assert channels[0].receive() == "anything"
    assert not channels[0].codec._local


def test_a_reference_leads_back_to_the_local_object(channels: Pair) -> None:
    target = {"kept": 1}
    reference = sent(channels, LocalObject(target))
    channels[1].send(("use", reference))
    assert channels[0].receive()[1] is target


def test_a_reference_to_an_earlier_process_is_dead(channels: Pair) -> None:
    channels[1].send(RemoteRef(7, lambda number: None))
    dead = channels[0].receive()
    dead.close()
    for ask in (lambda: next(dead), lambda: dead.go_on()):
        with pytest.raises(SentenceError, match="its process ended"):
            ask()


def test_a_failed_encoding_leaves_no_traces(channels: Pair) -> None:
    with pytest.raises(Exception, match=r"pickle|local object"):
        channels[0].send([LARGE, numbers(), lambda: None])
    assert not channels[0].codec._local
    assert sent(channels, LARGE) == LARGE


def test_a_closed_channel_raises(channels: Pair) -> None:
    channels[0].close()
    with pytest.raises(ChannelError):
        channels[1].receive()
    with pytest.raises(ChannelError):
        channels[1].send("anybody?")


@pytest.mark.parametrize("kind", ["<f4", ">f8", "|u1", "|b1", "<i8", "<f2"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3)])
def test_plain_arrays_arrive_unchanged(kind: str, shape: tuple[int, ...]) -> None:
    array, stream = np.arange(np.prod(shape, dtype=int)).astype(kind).reshape(shape), BytesIO()
    plain = Channel(stream, stream, PlainCodec())
    plain.send({"name": "rows with é and \udce9", "array": array.T, "rest": [1, {"a": None}]})
    stream.seek(0)
    found = plain.receive()
    np.testing.assert_array_equal(found.pop("array"), array.T, strict=True)
    assert found == {"name": "rows with é and \udce9", "rest": [1, {"a": None}]}
    assert stream.read() == b""

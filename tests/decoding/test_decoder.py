"""Another process decodes: what it gives is looked at, and what becomes of it costs one sentence."""

import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import psutil
import pytest
import tifffile
from PIL import Image

from cadl_desktop.decoding import decoder as decoding
from cadl_desktop.decoding.decoder import Decoder, UndecodableError
from cadl_desktop.decoding.refusals import RefusedError, refusal_of
from cadl_desktop.system.channel import Channel, ChannelError, PlainCodec
from tests.data.picture_corpus import film_header

CRASHES = Path(__file__).parents[1] / "weights_in" / "damaged" / "crashes_hdf5.weights.h5"
PNG = ["PNG"]
MANY = 2**20


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    decoder = Decoder()
    yield decoder
    decoder.stop()


def picture() -> bytes:
    written = BytesIO()
    Image.fromarray(np.arange(12, dtype=np.uint8).reshape(2, 2, 3)).save(written, "PNG")
    return written.getvalue()


def decoded(decoder: Decoder, source: Path | bytes, name: str = "picture", **values: Any) -> dict[str, Any]:
    arrays: dict[str, Any] = {}
    values = values or {"number": 1, "formats": PNG}
    decoder.decode(name, source, arrays.__setitem__, MANY, values)
    return arrays


def child_of(decoder: Decoder) -> psutil.Process:
    assert decoder._child is not None
    return psutil.Process(decoder._child.pid)


def test_one_process_decodes_bytes_and_files_and_knows_little(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "name with é.png").write_bytes(picture())
    decoded(decoder, picture())
    child = child_of(decoder)
    found = decoded(decoder, tmp_path / "name with é.png")
    assert child_of(decoder) == child
    np.testing.assert_array_equal(found["rows"], np.arange(12).reshape(2, 2, 3))
    assert found["frames"] == 1
    if sys.platform == "linux":
        libraries = " ".join(mapped.path for mapped in child.memory_maps())
        assert "PIL" in libraries
        assert "libtensorflow" not in libraries
        assert "libQt" not in libraries


def test_a_crash_costs_one_answer_and_the_next_file_gets_another_process(decoder: Decoder) -> None:
    decoded(decoder, picture())
    child = child_of(decoder)
    with pytest.raises(UndecodableError):
        decoded(decoder, CRASHES, "hdf5", most_bytes=MANY)
    assert not child.is_running()
    assert decoded(decoder, picture())["frames"] == 1


def test_what_takes_too_long_or_too_much_is_told() -> None:
    hasty = Decoder(seconds=0.1)
    values = {"number": 1, "formats": ["WEBP"]}
    with pytest.raises(RefusedError, match=r"the file takes more than 0.1 seconds to read; make it smaller"):
        hasty.decode("picture", film_header(16_000, 6_000), dict[str, Any]().__setitem__, MANY, values)
    hasty.stop()


def test_a_process_that_was_stopped_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_LATE_SECONDS", 0.1)
    hasty = Decoder(seconds=0.1)
    hasty.warm()
    child_of(hasty).suspend()
    with pytest.raises(RefusedError, match="the file takes more than"):
        decoded(hasty, picture())
    hasty.stop()


def test_a_process_that_ends_late_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a busy machine: one that nobody waits for would stay in the system's table."""
    monkeypatch.setattr(decoding, "_GONE_IN_S", 0.0)
    hasty = Decoder()
    hasty.warm()
    number = child_of(hasty).pid
    hasty.stop()
    end = time.monotonic() + 60.0
    while psutil.pid_exists(number) and time.monotonic() < end:
        time.sleep(0.01)
    assert not psutil.pid_exists(number)


def test_once_closed_it_starts_no_other_process() -> None:
    closed = Decoder()
    closed.warm()
    child = child_of(closed)
    closed.close()
    assert not child.is_running()
    asking = Thread(target=decoded, args=(closed, picture()), daemon=True)
    asking.start()
    asking.join(0.1)
    assert asking.is_alive()
    assert closed._child is None
    closed._asking.release()
    asking.join()
    closed.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds what is allocated")
def test_what_needs_too_much_memory_is_told(decoder: Decoder, tmp_path: Path) -> None:
    path = tmp_path / "wide.tif"
    tifffile.imwrite(path, np.zeros((2, 2, 3)), photometric="rgb")
    with tifffile.TiffFile(path, mode="r+b") as file:
        for name in ("ImageWidth", "ImageLength", "RowsPerStrip"):
            file.pages.first.tags[name].overwrite(9000)
    with pytest.raises(RefusedError, match="the file needs more than 1 GB of memory to be read; make it"):
        decoded(decoder, path, number=1, formats=["TIFF"])


def test_nothing_but_what_is_listed_can_be_called(decoder: Decoder) -> None:
    with pytest.raises(UndecodableError):
        decoded(decoder, picture(), "os:system", number=1)


def headed(values: dict[str, Any], described: list[Any] | None = None, *arrays: bytes) -> list[bytes]:
    """The parts of a message, with what it says of an array."""
    return [json.dumps({"values": values, "arrays": [described] if described else []}).encode(), *arrays]


MUCH = b"0" * (MANY + 1)
LIES: dict[str, list[bytes]] = {
    "garbage": [b"\xff" * 64],
    "no JSON": [b"{{{{"],
    "a list": [b"[]"],
    "a long story": [b" " * 2**17 + b"{}"],
    "an object": headed({"name": "rows"}, ["array", "|O8", [1]], b"12345678"),
    "a float of one byte": headed({"name": "rows"}, ["array", "<f1", [1]], b"1"),
    "a flood": headed({"name": "rows"}, ["array", "|u1", [MANY + 1]], MUCH),
    "another size": headed({"name": "rows"}, ["array", "|u1", [3]], b"12"),
    "no shape": headed({"name": "rows"}, ["array", "|u1", [-1]], b""),
    "an array that isn't there": headed({"name": "rows"}, ["array", "|u1", [1]]),
    "an array of no name": headed({"name": "rows"}, [3, "|u1", [1]], b"1"),
    "more than it says": headed({"name": "rows"}, ["array", "|u1", [1]], b"1", b"2"),
    "an end that is none": headed({"end": "perhaps"}),
    "a sermon": headed({"refusal": {"template": "{name}", "values": {"name": "x" * 301}}}),
    "nonsense": headed({"refusal": {"template": 3}}),
    "an empty frame": [],
}


@pytest.mark.parametrize("lie", LIES)
def test_what_the_process_says_is_not_believed(lie: str) -> None:
    parts = LIES[lie]
    lengths = b"".join(struct.pack("<Q", len(part)) for part in parts)
    refuses(struct.pack("<I", len(parts)) + lengths + b"".join(parts))


@pytest.mark.parametrize("said", [b"", b"\xff" * 64, struct.pack("<IQ", 1, 2**60), struct.pack("<IQ", 1, 9)])
def test_a_frame_that_is_none_is_not_believed(said: bytes) -> None:
    refuses(said)


def refuses(said: bytes) -> None:
    channel = Channel(BytesIO(said), BytesIO(), PlainCodec())
    with pytest.raises((UndecodableError, ChannelError)):
        decoding._refuse(decoding._take_all(channel, dict[str, Any]().__setitem__, MANY))


def test_a_refusal_is_called_after_its_file() -> None:
    refusal = refusal_of({"template": "{name} is damaged.", "values": {"name": "the file"}})
    assert refusal.naming("'cat.png'") == "'cat.png' is damaged."


ORPHAN = """
import sys
from cadl_desktop.decoding.decoder import decoder
decoder.warm()
sys.stdout.write(f"{decoder._child.pid}\\n")
sys.stdout.flush()
sys.stdin.read()
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_the_process_ends_with_one_that_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    psutil.wait_procs([child], timeout=20)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE

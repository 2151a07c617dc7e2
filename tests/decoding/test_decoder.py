"""Decoding in a worker process: responses are validated, and failures end in one error."""

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
from cadl_desktop.decoding.refusals import RefusedError, refusal_from_json
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


def worker_of(decoder: Decoder) -> psutil.Process:
    assert decoder._worker is not None
    return psutil.Process(decoder._worker.pid)


def test_one_process_decodes_bytes_and_files_with_few_libraries(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "name with é.png").write_bytes(picture())
    decoded(decoder, picture())
    child = worker_of(decoder)
    found = decoded(decoder, tmp_path / "name with é.png")
    assert worker_of(decoder) == child
    np.testing.assert_array_equal(found["rows"], np.arange(12).reshape(2, 2, 3))
    assert found["frames"] == 1
    if sys.platform == "linux":
        libraries = " ".join(mapped.path for mapped in child.memory_maps())
        assert "PIL" in libraries
        assert "libtensorflow" not in libraries
        assert "libQt" not in libraries


def test_a_crash_fails_one_file_and_restarts_the_process(decoder: Decoder) -> None:
    decoded(decoder, picture())
    child = worker_of(decoder)
    with pytest.raises(UndecodableError):
        decoded(decoder, CRASHES, "hdf5", most_bytes=MANY)
    assert not child.is_running()
    assert decoded(decoder, picture())["frames"] == 1


def test_a_slow_file_is_refused() -> None:
    impatient = Decoder(seconds=0.1)
    values = {"number": 1, "formats": ["WEBP"]}
    with pytest.raises(RefusedError, match=r"the file takes more than 0.1 seconds to read; make it smaller"):
        impatient.decode("picture", film_header(16_000, 6_000), dict[str, Any]().__setitem__, MANY, values)
    impatient.stop()


def test_a_stopped_process_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_LATE_SECONDS", 0.1)
    impatient = Decoder(seconds=0.1)
    impatient.warm()
    worker_of(impatient).suspend()
    with pytest.raises(RefusedError, match="the file takes more than"):
        decoded(impatient, picture())
    impatient.stop()


def test_a_process_that_ends_late_is_reaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ends late, as on a busy machine, is reaped all the same."""
    monkeypatch.setattr(decoding, "_REAP_SECONDS", 0.0)
    impatient = Decoder()
    impatient.warm()
    number = worker_of(impatient).pid
    impatient.stop()
    end = time.monotonic() + 60.0
    while psutil.pid_exists(number) and time.monotonic() < end:
        time.sleep(0.01)
    assert not psutil.pid_exists(number)


def test_a_closed_decoder_starts_no_process() -> None:
    closed = Decoder()
    closed.warm()
    child = worker_of(closed)
    closed.close()
    assert not child.is_running()
    asking = Thread(target=decoded, args=(closed, picture()), daemon=True)
    asking.start()
    asking.join(0.1)
    assert asking.is_alive()
    assert closed._worker is None
    closed._busy.release()
    asking.join()
    closed.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds what is allocated")
def test_a_file_that_needs_too_much_memory_is_refused(decoder: Decoder, tmp_path: Path) -> None:
    path = tmp_path / "wide.tif"
    tifffile.imwrite(path, np.zeros((2, 2, 3)), photometric="rgb")
    with tifffile.TiffFile(path, mode="r+b") as file:
        for name in ("ImageWidth", "ImageLength", "RowsPerStrip"):
            file.pages.first.tags[name].overwrite(9000)
    with pytest.raises(RefusedError, match="the file needs more than 1 GB of memory to be read; make it"):
        decoded(decoder, path, number=1, formats=["TIFF"])


def test_only_listed_decoders_can_be_called(decoder: Decoder) -> None:
    with pytest.raises(UndecodableError):
        decoded(decoder, picture(), "os:system", number=1)


def with_header(values: dict[str, Any], described: list[Any] | None = None, *arrays: bytes) -> list[bytes]:
    """Parts of a message with the description of one array."""
    return [json.dumps({"values": values, "arrays": [described] if described else []}).encode(), *arrays]


MUCH = b"0" * (MANY + 1)
INVALID: dict[str, list[bytes]] = {
    "garbage": [b"\xff" * 64],
    "no JSON": [b"{{{{"],
    "a list": [b"[]"],
    "a long story": [b" " * 2**17 + b"{}"],
    "an object": with_header({"name": "rows"}, ["array", "|O8", [1]], b"12345678"),
    "a float of one byte": with_header({"name": "rows"}, ["array", "<f1", [1]], b"1"),
    "a flood": with_header({"name": "rows"}, ["array", "|u1", [MANY + 1]], MUCH),
    "another size": with_header({"name": "rows"}, ["array", "|u1", [3]], b"12"),
    "no shape": with_header({"name": "rows"}, ["array", "|u1", [-1]], b""),
    "an array that isn't there": with_header({"name": "rows"}, ["array", "|u1", [1]]),
    "an array of no name": with_header({"name": "rows"}, [3, "|u1", [1]], b"1"),
    "more than it says": with_header({"name": "rows"}, ["array", "|u1", [1]], b"1", b"2"),
    "an end that is none": with_header({"end": "perhaps"}),
    "a sermon": with_header({"refusal": {"template": "{name}", "values": {"name": "x" * 301}}}),
    "nonsense": with_header({"refusal": {"template": 3}}),
    "an empty frame": [],
}


@pytest.mark.parametrize("case", INVALID)
def test_invalid_messages_are_refused(case: str) -> None:
    parts = INVALID[case]
    lengths = b"".join(struct.pack("<Q", len(part)) for part in parts)
    refuses(struct.pack("<I", len(parts)) + lengths + b"".join(parts))


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * 64, struct.pack("<IQ", 1, 2**60), struct.pack("<IQ", 1, 9)]
)
def test_invalid_frames_are_refused(content: bytes) -> None:
    refuses(content)


def refuses(content: bytes) -> None:
    channel = Channel(BytesIO(content), BytesIO(), PlainCodec())
    with pytest.raises((UndecodableError, ChannelError)):
        raise decoding._error_of(decoding._take_all(channel, {}.__setitem__, MANY)) or AssertionError(content)


def test_a_damaged_refusal_ends_the_process(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    decoder.warm()
    worker = worker_of(decoder)
    monkeypatch.setattr(decoding, "_take_all", lambda *_: {"refusal": {"template": 3}})
    with pytest.raises(UndecodableError):
        decoded(decoder, picture())
    assert not worker.is_running()


def test_a_refusal_names_its_file() -> None:
    refusal = refusal_from_json({"template": "{name} is damaged.", "values": {"name": "the file"}})
    assert refusal.naming("'cat.png'") == "'cat.png' is damaged."


ORPHAN = """
import sys
from cadl_desktop.decoding.decoder import decoder
decoder.warm()
sys.stdout.write(f"{decoder._worker.pid}\\n")
sys.stdout.flush()
sys.stdin.read()
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_the_process_ends_with_a_killed_parent() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    psutil.wait_procs([child], timeout=20)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE

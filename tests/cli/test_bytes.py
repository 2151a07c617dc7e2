"""`train --bytes`: in how few bytes a network paints its picture."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.byte_count import ByteCount, counted_bytes, in_words
from cadl_desktop.cli.train_command import run_training
from cadl_desktop.engine.rounding import weight_rounding
from tests.cli.commands import KEYS, Result
from tests.engine.runs import small_painting
from tests.export.networks import untrained

SMALL = ["--preset", "lecture-painting", "--epochs", "1", "--bytes"]
SETTINGS = ["--set", "layers.0.units=8", "batch_size=16", "data.longest=12"]


def test_json_has_the_bytes_of_all_three(
    here: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weight_rounding, "STEPS", 40)
    Image.linear_gradient("L").resize((24, 12)).save(tmp_path / "own.png")
    completed = here("train", tmp_path / "own.png", *SMALL, "--json", "--out", tmp_path / "out", *SETTINGS)
    assert completed.returncode == 0, completed.stderr
    result = json.loads(completed.stdout)
    assert list(result) == [*KEYS, "rounded"]
    assert list(result["rounded"]) == ["bits", "bytes", "psnr", "jpeg_bytes", "webp_bytes"]
    assert result["rounded"]["psnr"] > result["seen_psnr"] - weight_rounding.GREATEST_LOSS
    assert result["rounded"]["bytes"] < 4 * result["parameters"]
    assert min(result["rounded"]["jpeg_bytes"], result["rounded"]["webp_bytes"]) > 0


def test_an_interrupted_count_has_no_result() -> None:
    wanted = iter([True, False])
    assert counted_bytes(untrained(small_painting()), lambda: next(wanted)) is None


def test_the_answer_is_one_line() -> None:
    assert in_words(ByteCount(6.5, 10431, 34.701, 18251, 12332)) == (
        "Rounded to 6.5 bits: 10,431 bytes, 34.70 dB. WebP needs 12,332 bytes for that; JPEG 18,251."
    )
    assert in_words(ByteCount(12.0, 50431, 60.0, None, 72332)).endswith("; JPEG doesn't reach it.")


@pytest.mark.parametrize("preset", ["lecture-tanh", "homework-many-pictures"])
def test_experiments_without_a_single_picture_are_refused(tmp_path: Path, preset: str) -> None:
    with pytest.raises(UsageError, match=r"--bytes: '.*' doesn't paint one picture; only such"):
        run_training([preset, "--bytes", "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()

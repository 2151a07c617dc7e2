"""Every class of picture gives its exact pixels, or the expected refusal."""

from pathlib import Path

import numpy as np
import pytest
from PIL import features

from cadl_desktop.data.pictures.cropping import Cut
from cadl_desktop.data.pictures.picture_dataset import decode, load_picture
from cadl_desktop.data.pictures.picture_reading import PictureError, read_frame
from tests.data.picture_corpus import GROUND, Bad, Good, bad, good

HAS_AVIF = features.check("avif")


def _readable(name: str) -> bool:
    return HAS_AVIF or not name.endswith(".avif")


@pytest.mark.parametrize("case", [c for c in good() if _readable(c.name)], ids=lambda case: case.name)
def test_good_pictures_give_exactly_their_pixels(case: Good, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content())
    frame = read_frame(path, case.frame)
    pixels = decode(load_picture(path, Cut(ground=GROUND), case.frame))
    assert frame.frames == case.frames
    assert pixels.shape == case.pixels.shape
    assert np.abs(pixels.astype(int) - case.pixels).max() <= case.tolerance


@pytest.mark.parametrize("case", [c for c in bad() if _readable(c.name)], ids=lambda case: case.name[:40])
def test_bad_pictures_are_refused_in_one_sentence(case: Bad, tmp_path: Path) -> None:
    path = tmp_path / case.name
    case.put(path)
    with pytest.raises(PictureError) as refused:
        load_picture(path, frame=case.frame)
    message = str(refused.value)
    assert case.message in message
    assert message.startswith(f"'{case.name}' ")
    assert message.endswith(".")
    assert "; " in message  # what is wrong, and the remedy
    assert "\n" not in message


@pytest.mark.parametrize("case", [c for c in good() if c.frames == 3], ids=lambda case: case.name)
def test_bytes_are_read_like_files(case: Good, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content())
    assert load_picture(case.content(), frame=case.frame) == load_picture(path, frame=case.frame)

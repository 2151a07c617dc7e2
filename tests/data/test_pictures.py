import os
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, features

from cadl_desktop.data.pictures.picture_dataset import (
    Bytes,
    PictureError,
    decode,
    load_picture,
    picture,
    thumbnail,
)
from cadl_desktop.data.pictures.picture_reading import read_frame
from cadl_desktop.experiment.catalog import entry, part
from cadl_desktop.experiment.catalog.dataset_entries import PICTURES, colour_count

WHITE = [255, 255, 255]
FORMATS = ["PNG", "JPEG", "GIF", "TIFF", "BMP", "PPM"] + [
    name for name in ("WEBP", "AVIF") if features.check(name.lower())
]


def quarters(mode: str = "RGB") -> Image.Image:
    """Returns 64 x 32 pixels with red, green, blue and yellow quarters."""
    image = Image.new("RGB", (64, 32), "red")
    image.paste("lime", (32, 0, 64, 16))
    image.paste("blue", (0, 16, 32, 32))
    image.paste("yellow", (32, 16, 64, 32))
    return image.convert(mode)


def loaded(image: Image.Image, path: Path, **options: Any) -> Bytes:
    """Saves a picture to `path` and returns the pixels that an experiment gets of it."""
    image.save(path, **options)
    return decode(load_picture(path))


def corners(pixels: Bytes) -> list[list[int]]:
    """Returns the colours of the four quarters' centres, row by row."""
    height, width = pixels.shape[:2]
    return [
        pixels[row, column].tolist()
        for row in (height // 4, height * 3 // 4)
        for column in (width // 4, width * 3 // 4)
    ]


RED, GREEN, BLUE, YELLOW = [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]


class TestBuiltin:
    @pytest.mark.parametrize("name", PICTURES)
    def test_each_shipped_picture_exists_and_keeps_its_proportions(self, name: str) -> None:
        data = part("dataset", "picture", source=name, longest=64)
        full = thumbnail(data, 2048)
        small = thumbnail(data, 64)

        assert max(small.shape[:2]) == 64
        assert small.shape[0] / small.shape[1] == pytest.approx(full.shape[0] / full.shape[1], rel=0.02)
        assert small.dtype == np.uint8
        assert small.std() > 10

    def test_the_lectures_astronaut(self) -> None:
        samples = picture(part("dataset", "picture"))

        assert samples.picture_shape == (64, 64)
        assert samples.inputs.shape == (4096, 2)
        assert samples.inputs[[0, 1, 64, -1]].tolist() == [[0, 0], [0, 1], [1, 0], [63, 63]]
        assert samples.targets.shape == (4096, 3)
        assert np.array_equal(samples.targets, np.rint(samples.targets))
        assert (samples.low.tolist(), samples.high.tolist()) == ([0, 0], [64, 64])
        assert (samples.target_low, samples.target_high) == (0, 255)

    def test_reducing_averages_all_nearby_pixels(self) -> None:
        """The lecture's antialiased bilinear: a triangle as wide as two of the new pixels."""
        data = part("dataset", "picture")
        full = thumbnail(data, 512).astype(np.float64)
        middles = 8 * np.arange(64) + 3.5
        triangle = np.clip(1 - np.abs(np.arange(512) - middles[:, np.newaxis]) / 8, 0, None)
        triangle /= triangle.sum(axis=1, keepdims=True)
        expected = np.einsum("ij,jkc,lk->ilc", triangle, full, triangle, optimize=True)

        assert np.abs(thumbnail(data, 64) - expected).max() <= 1.5

    def test_rows_and_columns_of_a_wide_picture(self) -> None:
        samples = picture(part("dataset", "picture", source="rocket", longest=30))

        assert samples.picture_shape == (20, 30)
        assert samples.high.tolist() == [20, 30]
        painting = samples.targets.reshape(20, 30, 3)
        assert np.array_equal(painting, thumbnail(part("dataset", "picture", source="rocket"), 30))

    def test_pixels_are_shared_but_not_writable(self) -> None:
        data = part("dataset", "picture")

        assert thumbnail(data, 32) is thumbnail(data.has(longest=100, image=b"left over"), 32)
        assert not thumbnail(data, 32).flags.writeable

    def test_an_unknown_name_is_refused(self) -> None:
        with pytest.raises(PictureError, match="no picture named 'sun'; choose one of astronaut"):
            picture(part("dataset", "picture", source="sun"))


class TestGreyness:
    def test_a_grey_picture_is_carried_as_one_number_a_pixel(self, tmp_path: Path) -> None:
        levels = np.random.default_rng(0).integers(0, 256, (7, 9, 1), np.uint8)
        grey = np.repeat(levels, 3, axis=2)
        nearly = grey.copy()
        nearly[-1, -1, 2] ^= 1
        for pixels, count in ((grey, 1), (nearly, 3)):
            Image.fromarray(pixels).save(tmp_path / "picture.png")
            png = load_picture(tmp_path / "picture.png")
            np.testing.assert_array_equal(decode(png), pixels)
            assert colour_count(part("dataset", "picture", source="own", image=png)) == count

    def test_every_shipped_picture_has_its_number_of_colours(self) -> None:
        for name in PICTURES:
            data = part("dataset", "picture", source=name)
            grey = bool((thumbnail(data, 64) == thumbnail(data, 64)[..., :1]).all())
            assert colour_count(data) == (1 if grey else 3)


class TestOwn:
    def test_small_pictures_are_never_enlarged(self, tmp_path: Path) -> None:
        quarters().save(tmp_path / "small.png")
        data = part(
            "dataset", "picture", source="own", image=load_picture(tmp_path / "small.png"), longest=100
        )

        samples = picture(data)
        assert samples.picture_shape == (32, 64)
        assert corners(thumbnail(data, 100)) == [RED, GREEN, BLUE, YELLOW]

    @settings(max_examples=30, deadline=None)
    @given(st.integers(1, 300), st.integers(1, 300), st.integers(2, 64))
    def test_sides_are_reduced_alike_and_never_become_0(self, width: int, height: int, longest: int) -> None:
        written = BytesIO()
        Image.new("RGB", (width, height)).save(written, "PNG")
        data = part("dataset", "picture", source="own", image=written.getvalue(), longest=longest)
        rows, columns = picture(data).picture_shape or (0, 0)

        assert max(rows, columns) == min(longest, max(width, height))
        assert min(rows, columns) >= 1
        factor = min(1, longest / max(width, height))
        assert abs(rows - height * factor) <= 1
        assert abs(columns - width * factor) <= 1

    @pytest.mark.parametrize(
        ("image", "message"),
        [(b"", "No picture has been loaded"), (b"no picture", "own picture is not a picture")],
    )
    def test_bytes_that_are_no_picture(self, image: bytes, message: str) -> None:
        data = part("dataset", "picture", source="own", image=image)

        with pytest.raises(PictureError, match=message):
            picture(data)
        with pytest.raises(PictureError, match=message):
            decode(image)


class TestLoading:
    @pytest.mark.parametrize("format_name", FORMATS)
    def test_every_format(self, format_name: str, tmp_path: Path) -> None:
        pixels = loaded(quarters(), tmp_path / "picture.bin", format=format_name)

        assert pixels.shape == (32, 64, 3)
        assert np.allclose(corners(pixels), [RED, GREEN, BLUE, YELLOW], atol=6)

    def test_lossless_pixels_stay_exactly_as_they_are(self, tmp_path: Path) -> None:
        noise = np.random.default_rng(1).integers(0, 256, (17, 13, 3), np.uint8)

        assert np.array_equal(loaded(Image.fromarray(noise), tmp_path / "noise.png"), noise)

    def test_one_bit(self, tmp_path: Path) -> None:
        image = Image.new("1", (4, 4), 1)
        image.putpixel((0, 0), 0)
        pixels = loaded(image, tmp_path / "bits.png")

        assert pixels[0, 0].tolist() == [0, 0, 0]
        assert pixels[1, 1].tolist() == WHITE

    def test_grey(self, tmp_path: Path) -> None:
        assert loaded(Image.new("L", (4, 4), 77), tmp_path / "grey.jpg")[2, 2].tolist() == [77, 77, 77]

    def test_palette(self, tmp_path: Path) -> None:
        assert corners(loaded(quarters("P"), tmp_path / "palette.png")) == [RED, GREEN, BLUE, YELLOW]

    def test_the_longer_side_is_reduced(self, tmp_path: Path) -> None:
        pixels = loaded(Image.new("RGB", (9000, 500), "teal"), tmp_path / "wide.png")

        assert pixels.shape == (455, 8192, 3)
        assert pixels[100, 100].tolist() == [0, 128, 128]

    @pytest.mark.parametrize("format_name", ["GIF", "PNG", "WEBP"])
    def test_the_first_frame_of_an_animation(self, format_name: str, tmp_path: Path) -> None:
        frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
        frames[0].save(tmp_path / "film", format_name, save_all=True, append_images=frames[1:], lossless=True)

        assert decode(load_picture(tmp_path / "film"))[4, 4].tolist() == RED

    def test_counting_pages_ends_at_a_damaged_one(self, tmp_path: Path) -> None:
        pages = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
        pages[0].save(tmp_path / "pages.tif", save_all=True, append_images=pages[1:])
        content = (tmp_path / "pages.tif").read_bytes()
        with Image.open(tmp_path / "pages.tif") as image:
            image.seek(2)
            third = image._frame_pos[2]
        (tmp_path / "cut.tif").write_bytes(content[: third + 20])

        first = read_frame(tmp_path / "cut.tif")
        assert first.image.getpixel((0, 0)) == (255, 0, 0)
        assert first.frames == 2
        assert read_frame(tmp_path / "cut.tif", 2).image.getpixel((0, 0)) == (0, 255, 0)

    def test_metadata_is_removed(self, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[ExifTags.Base.Artist] = "Somebody"
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        quarters().save(
            tmp_path / "photo.jpg", exif=exif, icc_profile=profile, dpi=(300, 300), comment="here"
        )
        png = load_picture(tmp_path / "photo.jpg")

        assert b"Somebody" in (tmp_path / "photo.jpg").read_bytes()
        assert _chunks(png) == {b"IHDR", b"IDAT", b"IEND"}

    def test_a_path_may_be_text(self, tmp_path: Path) -> None:
        quarters().save(tmp_path / "söme pictüre.png")

        assert decode(load_picture(str(tmp_path / "söme pictüre.png"))).shape == (32, 64, 3)


def _chunks(png: bytes) -> set[bytes]:
    found, position = set(), 8
    while position < len(png):
        (length,) = struct.unpack(">I", png[position : position + 4])
        found.add(png[position + 4 : position + 8])
        position += length + 12
    return found


class TestOrientation:
    # The stored pixels are red, green, blue, yellow; each number is an Exif orientation.
    UPRIGHT = (
        (1, [RED, GREEN, BLUE, YELLOW]),
        (2, [GREEN, RED, YELLOW, BLUE]),
        (3, [YELLOW, BLUE, GREEN, RED]),
        (4, [BLUE, YELLOW, RED, GREEN]),
        (5, [RED, BLUE, GREEN, YELLOW]),
        (6, [BLUE, RED, YELLOW, GREEN]),
        (7, [YELLOW, GREEN, BLUE, RED]),
        (8, [GREEN, YELLOW, RED, BLUE]),
        (9, [RED, GREEN, BLUE, YELLOW]),
    )

    @pytest.mark.parametrize(("orientation", "expected"), UPRIGHT)
    @pytest.mark.parametrize("format_name", ["PNG", "JPEG", "TIFF", "WEBP"])
    def test_pictures_are_turned_upright(
        self, orientation: int, expected: list[list[int]], format_name: str, tmp_path: Path
    ) -> None:
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        pixels = loaded(quarters(), tmp_path / "photo", format=format_name, exif=exif)

        assert pixels.shape == ((64, 32, 3) if 5 <= orientation <= 8 else (32, 64, 3))
        assert np.allclose(corners(pixels), expected, atol=6)

    def test_deep_pictures_are_turned_too(self, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = 6
        ramp = np.linspace(0, 65535, 12, dtype=np.uint16).reshape(3, 4)
        pixels = loaded(Image.fromarray(ramp), tmp_path / "deep.png", exif=exif)

        assert pixels.shape == (4, 3, 3)
        assert pixels[0, 0, 0] == round(ramp[2, 0] / 257)

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=40), st.sampled_from(["PNG", "WEBP"]))
    def test_damaged_metadata_is_ignored(
        self, tmp_path_factory: pytest.TempPathFactory, metadata: bytes, format_name: str
    ) -> None:
        path = tmp_path_factory.mktemp("damaged") / "photo"
        quarters().save(path, format_name, exif=b"Exif\0\0MM\0*" + metadata)

        assert set(decode(load_picture(path)).shape) == {32, 64, 3}


class TestTransparency:
    @pytest.mark.parametrize(("mode", "ink"), [("RGBA", (255, 0, 0, 0)), ("LA", (0, 0))])
    def test_transparent_pixels_become_white(self, mode: str, ink: tuple[int, ...], tmp_path: Path) -> None:
        assert loaded(Image.new(mode, (4, 4), ink), tmp_path / "clear.png")[1, 1].tolist() == WHITE

    def test_half_transparent_red_becomes_pink(self, tmp_path: Path) -> None:
        pixels = loaded(Image.new("RGBA", (4, 4), (255, 0, 0, 128)), tmp_path / "pink.png")

        assert pixels[1, 1].tolist() == [255, 127, 127]

    @pytest.mark.parametrize("format_name", ["PNG", "GIF"])
    def test_a_palettes_transparent_colour(self, format_name: str, tmp_path: Path) -> None:
        image = quarters("P")
        clear = image.getpixel((0, 0))
        pixels = loaded(image, tmp_path / "palette", format=format_name, transparency=clear)

        assert corners(pixels) == [WHITE, GREEN, BLUE, YELLOW]

    @pytest.mark.parametrize(("mode", "clear"), [("L", 76), ("RGB", (255, 0, 0))])
    def test_a_transparent_colour_without_a_palette(
        self, mode: str, clear: int | tuple[int, ...], tmp_path: Path
    ) -> None:
        pixels = loaded(quarters(mode), tmp_path / "clear.png", transparency=clear)

        assert corners(pixels)[0] == WHITE
        assert corners(pixels)[2] != WHITE


class TestManyBits:
    RAMP = np.linspace(0, 65535, 256).round().astype(np.uint16).reshape(16, 16)
    EXPECTED = np.rint(RAMP / 257).astype(np.uint8)

    def assert_scaled(self, path: Path, tolerance: int = 0) -> None:
        pixels = decode(load_picture(path)).astype(int)

        assert np.abs(pixels - self.EXPECTED[..., np.newaxis]).max() <= tolerance

    @pytest.mark.parametrize("format_name", ["PNG", "TIFF"])
    def test_grey_of_16_bits(self, format_name: str, tmp_path: Path) -> None:
        Image.fromarray(self.RAMP).save(tmp_path / "deep", format_name)
        self.assert_scaled(tmp_path / "deep")

    def test_big_endian_grey_of_16_bits(self, tmp_path: Path) -> None:
        tifffile.imwrite(tmp_path / "deep.tif", self.RAMP, byteorder=">")
        self.assert_scaled(tmp_path / "deep.tif")

    def test_portable_grey_of_16_bits(self, tmp_path: Path) -> None:
        header = b"P5 16 16 65535\n"
        (tmp_path / "deep.pgm").write_bytes(header + self.RAMP.astype(">u2").tobytes())
        self.assert_scaled(tmp_path / "deep.pgm")

    def test_colour_of_16_bits(self, tmp_path: Path) -> None:
        colours = np.repeat(self.RAMP[..., np.newaxis], 3, axis=2)
        tifffile.imwrite(tmp_path / "deep.tif", colours, photometric="rgb")
        (tmp_path / "deep.png").write_bytes(_colour_png_of_16_bits(colours))
        self.assert_scaled(tmp_path / "deep.tif", tolerance=1)
        self.assert_scaled(tmp_path / "deep.png", tolerance=1)

    def test_decimals_between_0_and_1(self, tmp_path: Path) -> None:
        Image.fromarray((self.RAMP / 65535).astype(np.float32)).save(tmp_path / "decimals.tif")
        self.assert_scaled(tmp_path / "decimals.tif")

    @pytest.mark.parametrize(("offset", "factor"), [(-3.0, 0.5), (1e6, 1e3), (-1e38, 1e33)])
    def test_other_decimals_from_darkest_to_brightest(
        self, offset: float, factor: float, tmp_path: Path
    ) -> None:
        values = (self.RAMP.astype(np.float64) * factor + offset).astype(np.float32)
        Image.fromarray(values).save(tmp_path / "decimals.tif")
        self.assert_scaled(tmp_path / "decimals.tif", tolerance=1)

    def test_32_bit_numbers_from_darkest_to_brightest(self, tmp_path: Path) -> None:
        Image.fromarray(self.RAMP.astype(np.int32) * 1000 - 7).save(tmp_path / "numbers.tif")
        self.assert_scaled(tmp_path / "numbers.tif")

    def test_one_value_far_beyond_the_range(self, tmp_path: Path) -> None:
        assert loaded(Image.fromarray(np.full((4, 4), 7e4, np.float32)), tmp_path / "flat.tif").max() == 0


def _colour_png_of_16_bits(colours: np.ndarray) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    height, width = colours.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in colours)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


class TestColours:
    @pytest.mark.parametrize("format_name", ["TIFF", "JPEG"])
    def test_inks_become_their_colours(self, format_name: str, tmp_path: Path) -> None:
        """Pillow, like Adobe's programs, stores a CMYK JPEG inverted and marks it by an Adobe marker."""
        pixels = loaded(quarters("CMYK"), tmp_path / "inks", format=format_name)

        assert np.allclose(corners(pixels), [RED, GREEN, BLUE, YELLOW], atol=6)
        assert b"Adobe" in (tmp_path / "inks").read_bytes() or format_name == "TIFF"

    def test_a_profile_decides_which_colour_is_meant(self, tmp_path: Path) -> None:
        """A linear profile: half the light is far more than half of sRGB's scale."""
        grey = Image.new("RGB", (4, 4), (128, 128, 128))
        pixels = loaded(grey, tmp_path / "linear.png", icc_profile=_linear_profile())

        assert pixels[1, 1].tolist() == pytest.approx([188, 188, 188], abs=2)

    def test_the_usual_profile_changes_nothing(self, tmp_path: Path) -> None:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        pixels = loaded(quarters(), tmp_path / "usual.png", icc_profile=profile)

        assert np.allclose(corners(pixels), [RED, GREEN, BLUE, YELLOW], atol=1)

    @pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
    @pytest.mark.parametrize("profile", [b"no profile at all", None])
    def test_an_unsuitable_profile_is_ignored(self, mode: str, profile: bytes | None, tmp_path: Path) -> None:
        profile = profile or (_linear_profile() if mode != "RGB" else None)
        pixels = loaded(quarters(mode), tmp_path / "odd.tif", icc_profile=profile)

        assert np.array_equal(pixels, np.asarray(quarters(mode).convert("RGB")))

    def test_luma_and_chroma(self, tmp_path: Path) -> None:
        pixels = loaded(quarters("YCbCr"), tmp_path / "luma.tif")

        assert np.allclose(corners(pixels), [RED, GREEN, BLUE, YELLOW], atol=6)

    def test_lightness_and_opponent_colours(self, tmp_path: Path) -> None:
        """Eight bits of L*a*b* are too coarse for the exact colours."""
        srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        image = ImageCms.profileToProfile(quarters(), srgb, lab, outputMode="LAB")
        assert image is not None
        pixels = loaded(image, tmp_path / "lab.tif")

        assert np.allclose(corners(pixels), [RED, GREEN, BLUE, YELLOW], atol=24)


def _linear_profile() -> bytes:
    """sRGB's profile with its three curves replaced by a straight line: light itself."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack(">I", profile[128:132])
    for index in range(count):
        name, offset, size = struct.unpack(">4sII", profile[132 + 12 * index : 144 + 12 * index])
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            straight = b"curv" + bytes(8)
            profile[offset : offset + size] = straight.ljust(size, b"\0")
    return bytes(profile)


def _whole(path: Path, format_name: str) -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(path, format_name)
    return path.read_bytes()


def _header_only_png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + struct.pack(">I", len(data) - 4)
        + data
        + struct.pack(">I", zlib.crc32(data))
    )


class TestRefusals:
    def refusal(self, path: Path) -> str:
        with pytest.raises(PictureError) as refused:
            load_picture(path)
        message = str(refused.value)
        assert message.startswith(f"'{path.name}' ")
        assert message.endswith(".")
        assert "; " in message  # problem and remedy
        return message

    def test_a_text_file(self, tmp_path: Path) -> None:
        (tmp_path / "notes.png").write_text("These are my notes.")

        assert "is not a picture" in self.refusal(tmp_path / "notes.png")

    def test_an_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "empty.png").touch()

        assert "is empty" in self.refusal(tmp_path / "empty.png")

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "is a folder" in self.refusal(tmp_path)

    @pytest.mark.parametrize(("name", "words"), [("missing.png", "is not there"), ("x" * 300, "too long")])
    def test_a_file_that_is_not_there(self, name: str, words: str, tmp_path: Path) -> None:
        assert words in self.refusal(tmp_path / name)

    def test_a_link_to_nowhere(self, tmp_path: Path) -> None:
        (tmp_path / "link.png").symlink_to(tmp_path / "missing.png")

        assert "is not there" in self.refusal(tmp_path / "link.png")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
    def test_a_named_pipe_does_not_block(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.png")

        assert "is not an ordinary file" in self.refusal(tmp_path / "pipe.png")

    @pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError("The disk is gone")])
    def test_a_file_that_cannot_be_read(
        self, error: OSError, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        quarters().save(tmp_path / "locked.png")

        def refuse(*_: object) -> None:
            raise error

        monkeypatch.setattr(Path, "open", refuse)
        assert (error.strerror or str(error)).lower() in self.refusal(tmp_path / "locked.png")

    @pytest.mark.parametrize("side", [10_001, 15_000, 100_000])
    def test_more_than_100_megapixels_are_refused_from_the_header(self, side: int, tmp_path: Path) -> None:
        (tmp_path / "huge.png").write_bytes(_header_only_png(side, side))

        assert "more than 100 megapixels" in self.refusal(tmp_path / "huge.png")

    def test_a_picture_just_below_the_limit_is_refused_only_for_damage(self, tmp_path: Path) -> None:
        (tmp_path / "large.png").write_bytes(_header_only_png(10_000, 10_000))

        assert "is damaged" in self.refusal(tmp_path / "large.png")

    def test_the_limit_of_pixels_holds_for_stored_pictures(self) -> None:
        with pytest.raises(PictureError, match="100 megapixels"):
            decode(_header_only_png(15_000, 15_000))

    @pytest.mark.parametrize("format_name", ["PNG", "JPEG", "TIFF", "BMP", "PPM", "GIF", "WEBP"])
    @pytest.mark.parametrize("part_left", [0.02, 0.3, 0.9])
    def test_a_truncated_file(self, format_name: str, part_left: float, tmp_path: Path) -> None:
        path = tmp_path / "half.bin"
        whole = _whole(path, format_name)
        path.write_bytes(whole[: int(len(whole) * part_left)])

        message = self.refusal(path)
        assert "is damaged" in message or "is not a picture" in message

    @pytest.mark.parametrize(
        ("name", "save_as", "words"),
        [
            ("icon.ico", "ICO", "is an icon"),
            ("page.pdf", "PDF", "is a PDF document"),
            ("old.pcx", "PCX", "is not a picture"),
        ],
    )
    def test_formats_that_are_not_on_the_list(
        self, name: str, save_as: str, words: str, tmp_path: Path
    ) -> None:
        quarters().save(tmp_path / name, save_as)

        assert words in self.refusal(tmp_path / name)

    @settings(max_examples=150, deadline=None)
    @given(
        st.sampled_from(FORMATS),
        st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8),
    )
    @example("TIFF", [(0.5625, 1), (0.0703125, 0)])
    @example("TIFF", [(0.0703125, 0)])
    def test_damage_gives_a_picture_or_a_refusal_and_nothing_else(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        format_name: str,
        damage: list[tuple[float, int]],
    ) -> None:
        path = tmp_path_factory.getbasetemp() / "damaged.bin"
        content = bytearray(_whole(path, format_name))
        for position, byte in damage:
            content[int(position * min(len(content), 200))] = byte
        path.write_bytes(content)

        try:
            pixels = decode(load_picture(path))
        except PictureError:
            return
        assert pixels.shape[2] == 3


def test_formats_are_opened_where_this_pillow_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarters().save(tmp_path / "photo.webp")

    def lacks(name: str) -> bool:
        return False

    monkeypatch.setattr(features, "check", lacks)
    with pytest.raises(PictureError, match="not a picture"):
        load_picture(tmp_path / "photo.webp")


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("longest", [37, 2048])
def test_the_catalog_counts_the_pixels_without_reading_them(name: str, longest: int) -> None:
    data = part("dataset", "picture", source=name, longest=longest)
    counted = entry("dataset", "picture").samples
    assert counted is not None
    assert counted(data) == len(picture(data).inputs)

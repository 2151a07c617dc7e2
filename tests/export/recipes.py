"""Recipes in exported files, as other programs read them."""

import json
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import onnx
import pypdfium2
import tifffile
from PIL import Image
from safetensors import safe_open

_DESCRIPTION = "{http://purl.org/dc/elements/1.1/}description"


def recipe_in(path: Path) -> Any:
    """Recipe in a file, by an independent reader of its format; None where there is none."""
    text = _READERS[path.suffix](path)
    return json.loads(text) if text else None


def _png(path: Path) -> str | None:
    with Image.open(path) as picture:
        text: str | None = picture.info.get("recipe")
        return text


def _webp(path: Path) -> str | None:
    with Image.open(path) as picture:
        return _described(picture.info.get("xmp", b""))


def _described(xml: bytes) -> str | None:
    """Text of the Dublin Core description in XMP or SVG."""
    found = ElementTree.fromstring(xml).find(f".//{_DESCRIPTION}") if xml else None
    return None if found is None else "".join(found.itertext())


def _tiff(path: Path) -> str:
    with tifffile.TiffFile(path) as file:
        return str(file.pages[0].aspage().description)


def _pdf(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return str(document.get_metadata_value("Keywords"))


class _DataBlock(HTMLParser):
    inside, text = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = (tag, dict(attrs).get("id")) == ("script", "recipe")

    def handle_data(self, data: str) -> None:
        self.text += data if self.inside else ""

    def handle_endtag(self, tag: str) -> None:
        self.inside = False


def _html(path: Path) -> str:
    parser = _DataBlock()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser.text


def _safetensors(path: Path) -> str | None:
    with safe_open(path, "np") as file:
        text: str | None = file.metadata().get("recipe")
        return text


def _onnx(path: Path) -> str | None:
    return {entry.key: entry.value for entry in onnx.load(path).metadata_props}.get("recipe")


def _keras(path: Path) -> str:
    with ZipFile(path) as archive:
        return json.dumps(json.loads(archive.read("metadata.json")).get("recipe"))


_READERS: Mapping[str, Callable[[Path], str | None]] = {
    ".png": _png,
    ".webp": _webp,
    ".tiff": _tiff,
    ".tif": _tiff,
    ".svg": lambda path: _described(path.read_bytes()),
    ".pdf": _pdf,
    ".html": _html,
    ".safetensors": _safetensors,
    ".onnx": _onnx,
    ".keras": _keras,
}

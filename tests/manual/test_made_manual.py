"""The manual as pages for the web and as a PDF, made as a release makes them."""

import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2
import pytest

from cadl_desktop import __version__
from cadl_desktop.manual.pages import manual
from cadl_desktop.markdown import plain

ROOT = Path(__file__).parents[2]
MANUAL = manual()
WITHOUT_END = ("meta", "link", "img", "source", "br")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    script = ROOT / "packaging" / "manual" / "make_manual.py"
    subprocess.run([sys.executable, str(script), str(folder)], check=True, cwd=ROOT, capture_output=True)
    return folder


@dataclass
class Page(HTMLParser):
    """What a page refers to; fails where its elements aren't nested."""

    file: Path
    open: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.file.read_text(encoding="utf-8"))
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "style", "iframe")
        if tag not in WITHOUT_END:
            self.open.append(tag)
        for name, value in attrs:
            assert value
            if name == "id":
                self.ids.append(value)
            elif name in ("href", "src", "srcset"):
                self.targets.append(value)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_page_is_valid_and_its_links_lead_somewhere(dist: Path) -> None:
    pages = {path.name: Page(path) for path in (dist / "manual").glob("*.html")}
    assert set(pages) == {"index.html", *(page.name.replace(".md", ".html") for page in MANUAL.pages)}
    for page in pages.values():
        assert len(set(page.ids)) == len(page.ids)
        for target in page.targets:
            name, _, anchor = target.partition("#")
            if ":" in target:
                assert target.startswith("https://")
            elif name.endswith(".html") or not name:
                assert not anchor or anchor in pages[name or page.file.name].ids, target
            else:
                assert (dist / "manual" / name).is_file(), target


def test_the_pages_have_the_manual_s_words(dist: Path) -> None:
    for page in MANUAL.pages:
        made = Page(dist / "manual" / page.name.replace(".md", ".html"))
        assert page.title in made.text
        for section in page.sections():
            assert section.heading in made.text


def test_the_archive_has_all_of_the_pages(dist: Path) -> None:
    with zipfile.ZipFile(dist / f"cadl_desktop-manual-{__version__}.zip") as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    assert names == {str(path.relative_to(dist)) for path in (dist / "manual").rglob("*") if path.is_file()}


def test_the_stylesheet_refers_to_nothing(dist: Path) -> None:
    style = (dist / "manual" / "manual.css").read_text(encoding="utf-8")
    assert "prefers-color-scheme: dark" in style
    assert not re.search(r"url\(|@import|https?:", style)


def test_the_pdf_has_all_pages_where_its_contents_say(dist: Path) -> None:
    document = pypdfium2.PdfDocument(dist / f"cadl_desktop-manual-{__version__}.pdf")
    try:
        texts = [page.get_textpage().get_text_bounded() for page in document]
        images = [any(page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])) for page in document]
        pictured = [text for text, has_image in zip(texts, images, strict=True) if has_image]
        assert {tuple(map(round, page.get_size())) for page in document} == {(595, 842)}  # A4, in points
    finally:
        document.close()
    assert len(texts) >= len(MANUAL.pages) + 1
    assert __version__ in texts[0]
    for page in MANUAL.pages:
        (number,) = re.findall(rf"{re.escape(page.title)}\s+(\d+)\b", texts[0])
        assert texts[int(number) - 1].startswith(page.title)
        for section in page.sections():
            assert any(section.heading in text for text in texts)
        captions = tuple(plain(block.spans) for block in page.text.blocks if block.kind == "picture")
        assert all(text in pictured for text in texts if text.startswith(captions))
    assert all(text.strip().endswith(str(number)) for number, text in enumerate(texts[1:], 2))

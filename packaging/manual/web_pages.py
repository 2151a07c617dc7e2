"""Pages of the manual as HTML, with navigation, their pictures and one stylesheet; no script is needed."""

import shutil
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from cadl_desktop.drawing.palette import DARK, LIGHT, Theme
from cadl_desktop.manual.pages import CONTENTS, Manual, ManualPage
from cadl_desktop.markdown import Block, Span, anchor_of, plain

STYLESHEET = Path(__file__).with_name("manual.css")


def write_web_pages(manual: Manual, folder: Path) -> None:
    """Writes all pages into a folder, from which whatever was there is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / STYLESHEET.name).write_text(_stylesheet(), encoding="utf-8")
    if (manual.folder / "pictures").is_dir():
        shutil.copytree(manual.folder / "pictures", folder / "pictures")
    for page in (manual.contents, *manual.pages):
        (folder / _file_of(page.name)).write_text(_document(manual, page), encoding="utf-8")


def _stylesheet() -> str:
    """Colours of the window's two themes, and what makes use of them."""
    light, dark = map(_colours, (LIGHT, DARK))
    in_dark = f"@media (prefers-color-scheme: dark) {{\n{dark}\n}}"
    return f"{light}\n{in_dark}\n{STYLESHEET.read_text(encoding='utf-8')}"


def _colours(theme: Theme) -> str:
    colours = {
        "window": theme.window,
        "page": theme.plot_background,
        "code": theme.raised if theme.dark else theme.window,
        "border": theme.border,
        "text": theme.text,
        "muted": theme.muted,
        "accent": theme.accent,
        "chosen": theme.hover,
    }
    return f":root {{ {' '.join(f'--{name}: {colour};' for name, colour in colours.items())} }}"


def _file_of(name: str) -> str:
    return "index.html" if name == CONTENTS else f"{name.removesuffix('.md')}.html"


def _document(manual: Manual, page: ManualPage) -> str:
    title = page.title if page is manual.contents else f"{page.title} – cadl_desktop"
    article = "\n".join(_blocks(page.text.blocks, manual.folder))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<link rel="stylesheet" href="{STYLESHEET.name}">
</head>
<body>
<nav aria-label="Manual">
{_navigation(manual, page)}
</nav>
<main>
<h1>{escape(page.title)}</h1>
{article}
<footer>{_neighbours(manual, page)}</footer>
</main>
</body>
</html>
"""


def _navigation(manual: Manual, shown: ManualPage) -> str:
    lines = [_link_to(manual.contents, shown)]
    for group, pages in groupby(manual.pages, key=lambda page: page.group):
        items = "".join(f"<li>{_link_to(page, shown)}</li>\n" for page in pages)
        lines.append(f"<h2>{escape(group)}</h2>\n<ul>\n{items}</ul>")
    return "\n".join(lines)


def _link_to(page: ManualPage, shown: ManualPage | None = None) -> str:
    current = ' aria-current="page"' if page is shown else ""
    return f'<a href="{_file_of(page.name)}"{current}>{escape(page.title)}</a>'


def _neighbours(manual: Manual, page: ManualPage) -> str:
    """Links to the page before and the one after."""
    pages = (manual.contents, *manual.pages)
    place = pages.index(page)
    before = f"<span>← {_link_to(pages[place - 1])}</span>" if place else "<span></span>"
    after = f"<span>{_link_to(pages[place + 1])} →</span>" if place + 1 < len(pages) else ""
    return before + after


def _blocks(blocks: Sequence[Block], folder: Path) -> Iterator[str]:
    for kind, together in groupby(blocks, key=lambda block: block.kind):
        if kind in ("bullet", "number"):
            name = "ul" if kind == "bullet" else "ol"
            items = "\n".join(f"<li>{_spans(block.spans)}</li>" for block in together)
            yield f"<{name}>\n{items}\n</{name}>"
        else:
            yield from (_block(block, folder) for block in together)


def _block(block: Block, folder: Path) -> str:
    words = _spans(block.spans)
    match block.kind:
        case "heading":
            return f'<h{block.level} id="{anchor_of(block)}">{words}</h{block.level}>'
        case "code":
            return f'<pre tabindex="0"><code>{escape(block.spans[0].text)}</code></pre>'
        case "picture":
            return _picture(block, folder)
        case "table":
            head, *rows = (_row(row, block.right, head=not place) for place, row in enumerate(block.rows))
            lines = "\n".join(rows)
            return f"<table>\n<thead>\n{head}\n</thead>\n<tbody>\n{lines}\n</tbody>\n</table>"
        case _:
            return f"<p>{words}</p>"


def _picture(block: Block, folder: Path) -> str:
    dark = block.file.replace("-light.", "-dark.")
    source = f'<source srcset="{escape(dark)}" media="(prefers-color-scheme: dark)">'
    words = escape(plain(block.spans))
    image = f'<img src="{escape(block.file)}" alt="{words}">'
    other = source if (folder / dark).is_file() else ""
    return f"<figure><picture>{other}{image}</picture><figcaption>{_spans(block.spans)}</figcaption></figure>"


def _row(cells: Sequence[tuple[Span, ...]], right: Sequence[bool], *, head: bool) -> str:
    name = "th" if head else "td"
    looks = (' class="right"' if on else "" for on in right)
    made = (f"<{name}{look}>{_spans(cell)}</{name}>" for cell, look in zip(cells, looks, strict=True))
    return f"<tr>{''.join(made)}</tr>"


def _spans(spans: Sequence[Span]) -> str:
    return "".join(map(_span, spans))


def _span(span: Span) -> str:
    made = escape(span.text, quote=False)
    for is_so, name in (
        (span.code, "code"),
        (span.formula, "var"),
        (span.emphasised, "em"),
        (span.strong, "strong"),
    ):
        made = f"<{name}>{made}</{name}>" if is_so else made
    if not span.link or span.link.startswith("control:"):  # of the window, to which nothing leads from here
        return made
    return f'<a href="{_target(span.link)}">{made}</a>'


def _target(link: str) -> str:
    name, hash_, anchor = link.partition("#")
    is_page = name.endswith(".md") and ":" not in name
    return escape(f"{_file_of(name)}{hash_}{anchor}" if is_page else link)

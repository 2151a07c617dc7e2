"""Manual of a few lines for tests."""

from pathlib import Path

from PIL import Image

from cadl_desktop.manual.pages import CONTENTS, Manual, read_manual

PAGES = {
    CONTENTS: "# Manual\n\n## Begin\n\n- [Waves](waves.md)\n- [Tides](tides.md)\n",
    "waves.md": "# Waves\n\nA swell rises.\n\n![A wave](pictures/wave-light.png)\n\nIt breaks.\n\n"
    f"## Crests\n\n{60 * 'Foam, and more foam. '}"
    "\n\n## Storms\n\nA tide on the Côte d'Émeraude; see [tides](tides.md#spring), [Train](control:train), "
    "[Storms](#storms) and [the coast](https://example.org/coast).\n\n```python\nfoam = 1\n```\n",
    "tides.md": "# Tides\n\nLow, then high.\n\n## Spring\n\nThe moon pulls waves.\n\n## Storms\n\n"
    "Wind, and foam.\n",
}


def small_manual(folder: Path) -> Manual:
    """Writes the pages and their picture in both themes, and reads them."""
    (folder / "pictures").mkdir()
    for theme, colour in (("light", "white"), ("dark", "black")):
        Image.new("RGB", (1600, 400), colour).save(folder / "pictures" / f"wave-{theme}.png")
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return read_manual(folder)

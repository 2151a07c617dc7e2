"""Writes the manual into dist/: as pages for the web, and as one PDF. `build.py manual` runs it."""

import argparse
import os
import shutil
import sys
from pathlib import Path

# No screen is needed to lay out the PDF. Set before Qt is imported.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
CHECKOUT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(CHECKOUT))

from pdf import write_pdf
from web_pages import write_web_pages

from cadl_desktop import __version__
from cadl_desktop.manual.pages import manual


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=CHECKOUT / "dist", help="in place of dist/")
    dist: Path = parser.parse_args().folder
    made = manual()
    pages = dist / "manual"
    write_web_pages(made, pages)
    name = f"cadl_desktop-manual-{__version__}"
    archive = shutil.make_archive(str(dist / name), "zip", root_dir=dist, base_dir=pages.name)
    file = dist / f"{name}.pdf"
    count = write_pdf(made, __version__, file)
    print(f"{len(made.pages) + 1} pages in {pages} and {archive}")
    print(f"{count} pages, {file.stat().st_size / 1e6:.1f} MB: {file}")


if __name__ == "__main__":
    main()

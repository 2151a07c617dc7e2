"""`cadl-desktop lesson`: writes figures and numbers of the lessons, with the lecture's settings, as files."""

import json
import sys
from pathlib import Path
from typing import Any

from cadl_desktop.cli.arguments import ALL_LESSONS, UsageError, lesson_parser
from cadl_desktop.cli.output import Exit, print_result, progress_bar
from cadl_desktop.cli.results_folder import make_folder
from cadl_desktop.export.job import CancelledError, Job
from cadl_desktop.export.lessons.page_files import write_page
from cadl_desktop.lessons.page import Page
from cadl_desktop.lessons.page_list import PAGES
from cadl_desktop.sentences import SentenceError, counted, sentence_of, shown
from cadl_desktop.system.signals import interrupted_by


def run_lesson(arguments: list[str]) -> int:
    """Writes the files and returns the exit code. Raises UsageError before anything is written.

    Named in `commands.py`.
    """
    options = lesson_parser().parse_args(arguments)
    pages = _pages(options.lesson)
    folder = make_folder(options.out, options.overwrite, ours=())
    written, job, failure = [], Job(), None
    try:
        with interrupted_by(job.cancel), progress_bar(total=len(pages), unit="lesson") as bar:
            for number, page in pages.items():
                files = write_page(folder, page, job.check)
                written.append({"number": number, "name": page.name, "title": page.title, "files": files})
                bar.update()
    except CancelledError:
        return Exit.INTERRUPTED
    except SentenceError as error:
        failure = sentence_of(error)
    print_result(
        json.dumps({"lessons": written, "out": str(folder)}) if options.json else _as_text(written, folder)
    )
    if failure:
        sys.stderr.write(f"{failure}\n")
        return Exit.FAILED
    return Exit.DONE


def _pages(requested: str) -> dict[int, Page]:
    """Requested pages by their numbers."""
    numbered = dict(enumerate(PAGES, 1))
    if requested == ALL_LESSONS:
        return {number: page for number, page in numbered.items() if page.begin}
    number = int(requested) if requested.isascii() and requested.isdecimal() and len(requested) < 4 else 0
    page = numbered.get(number)
    if page is None:
        raise UsageError(
            "LESSON: '{value}' is none of the lessons; choose a number from 1 to {most}, or {all}.",
            value=requested[:40],
            most=len(PAGES),
            all=ALL_LESSONS,
        )
    if page.begin is None:
        raise UsageError(
            "LESSON: {number} ('{title}') happens in the studio, without figures of its own; choose another.",
            number=number,
            title=page.title,
        )
    return {number: page}


def _as_text(written: list[dict[str, Any]], folder: Path) -> str:
    lines = [
        f"{page['number']:>2} {page['title']}: {counted(len(page['files']), 'file')}" for page in written
    ]
    return "\n".join([*lines, f"Written to {shown(folder)}"])

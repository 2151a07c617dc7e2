"""`cadl-desktop certificates`: makes what the machines of a sweep show each other."""

import argparse
import platform
import re
import sys
from pathlib import Path

from cadl_desktop.cli.arguments import PROGRAM, UsageError, make_parser, whole_number
from cadl_desktop.cli.output import Exit, print_result
from cadl_desktop.sentences import SentenceError, sentence_of, shown
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.sweeps.plan.sweep_check import require_extra

_HELP = f"""\
DIR gets an authority (ca.pem and its key, ca-key.pem), and for each machine a folder of its name with what it
needs: ca.pem, cert.pem and key.pem, which '{PROGRAM} worker' and '{PROGRAM} sweep' take by --tls. Copy each
folder to its machine, and ca-key.pem nowhere: whoever has it can make certificates that all of them trust.
Where DIR has an authority already, it signs those of further machines, which are valid no longer than itself.

Exit codes: 0 done, 1 something failed, 2 bad input.
"""
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST_DAYS = 3650


def certificates_parser() -> argparse.ArgumentParser:
    parser = make_parser(f"{PROGRAM} certificates", "Makes certificates for a sweep's machines.", _HELP)
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder for them")
    parser.add_argument(
        "--hosts",
        metavar="NAMES",
        type=_hosts,
        default=platform.node(),
        help="the machines' names, as desk,one,two; else this machine's",
    )
    parser.add_argument(
        "--days",
        metavar="N",
        type=whole_number(1, _MOST_DAYS),
        default=365,
        help="how long they are valid; else 365",
    )
    return parser


def run_certificates(arguments: list[str]) -> int:
    """Makes certificates and returns the exit code. Raises UsageError before anything is written.

    Named in `commands.py`.
    """
    options = certificates_parser().parse_args(arguments)
    try:
        require_extra()
        from cadl_desktop.sweeps.workers.certificate_making import make_certificates

        until = make_certificates(options.folder, options.hosts, options.days)
    except FileError as error:
        sys.stderr.write(f"{sentence_of(error)}\n")
        return Exit.FAILED
    except SentenceError as error:
        raise UsageError("{error}", error=error) from error
    names = [shown(options.folder / host) for host in options.hosts]
    print_result("\n".join(["Copy each to its machine, and use it there by --tls:", *names]))
    print_result(f"They are valid until {until:%Y-%m-%d}.")
    return Exit.DONE


def _hosts(text: str) -> list[str]:
    names = list(dict.fromkeys(text.split(",")))
    for name in names:
        if not _HOST.fullmatch(name) or name.endswith(".pem"):  # as the authority's own files
            raise argparse.ArgumentTypeError(f"'{shown(name[:40])}' is no machine's name")
    return names

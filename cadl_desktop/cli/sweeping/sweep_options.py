"""Options of `sweep` and `worker`, among them those of the cluster that trains."""

import argparse
import math
from argparse import Namespace
from pathlib import Path
from typing import cast, get_args

from cadl_desktop.cli.arguments import (
    EXPERIMENT,
    PROGRAM,
    UsageError,
    add_experiment_options,
    make_parser,
    number,
    whole_number,
)
from cadl_desktop.sentences import shown
from cadl_desktop.sweeps.plan.sweep_check import MissingPackagesError, require_extra
from cadl_desktop.sweeps.plan.sweep_model import Halving, Measure, Objective, Strategy
from cadl_desktop.sweeps.workers.certificates import Certificates
from cadl_desktop.sweeps.workers.cluster_options import (
    MOST_WORKERS,
    ClusterOptions,
    check_cluster,
)

_SWEEP_HELP = f"""\
What varies is named as --set names settings:
  --vary optimizer.rate=0.0001..0.1,log      from the one to the other, evenly in its logarithm
  --vary layers.0.units=8..64                whole numbers
  --vary layers.0.units=8..64,4              of which a grid takes four
  --vary layers.0.activation=relu|tanh|sine  one of these
  --vary layers.all.units=8..64              the neurons of all hidden layers at once
  --vary layers=64|32,32                     networks: one layer of 64 neurons, or two of 32
  --vary preset=sharp-painting|own-painting  whole presets, each with the data of EXPERIMENT
A shell wants what holds | in quotes.

Without --vary, but with --seeds, the same is trained with so many seeds, which shows what luck decides.

--epochs, --steps, --processor-seconds or --seconds is the length of each trial, else what EXPERIMENT says.
Processor seconds are those of its steps alone. How far it comes in --seconds, by the clock, depends on what
else runs. A grid ends by itself; other strategies need --trials or --seconds-together. Trials of a .cadl
file begin from its seed, whatever it has learned.

An objective is a measure that is to be best when a trial ends:
{", ".join(get_args(Measure))}.
With a number, as seen_psnr:40, it is the seconds until the measure was as good as that.

DIR gets sweep.zip (the sweep), log.jsonl (what happened), trials.csv (one row a trial), and each trial's
project as trials/00001.cadl. Ctrl-C ends early, with everything written; --resume --out DIR continues, also
after a crash.

Trials train on this machine, or by '{PROGRAM} worker' on others, one of them --with-scheduler, whose address
the workers and --scheduler get. The manual shows it step by step.

Exit codes: 0 done, 1 something failed, 2 bad input, 130 interrupted.
"""
_WORKER_HELP = f"""\
Trains trials of the sweep that '{PROGRAM} sweep --scheduler ADDRESS' runs, until the scheduler ends or
Ctrl-C; what it was training continues elsewhere. It has to be of the same version as the sweep's program.

One machine also runs the scheduler, to which the others and sweeps come: --with-scheduler has it listen at
ADDRESS. Only who shows a certificate of the same authority reaches it; '{PROGRAM} certificates' makes them.

Exit codes: 0 the scheduler has ended, 1 something failed, 2 bad input, 130 interrupted.
"""
_CERTIFICATE_OPTIONS = {"authority": "tls_ca", "certificate": "tls_cert", "key": "tls_key"}
"""Option of each certificate file."""
_FIELD_OPTIONS = {
    "workers": "--workers",
    "certificates": "--tls",
    "certificates.authority": "--tls-ca",
    "certificates.certificate": "--tls-cert",
    "certificates.key": "--tls-key",
}
"""Option of a field that `check_cluster` refuses; of others, the address's."""


def sweep_parser() -> argparse.ArgumentParser:
    parser = make_parser(
        f"{PROGRAM} sweep", "Trains an experiment many times, with settings that vary.", _SWEEP_HELP
    )
    parser.add_argument("experiment", metavar="EXPERIMENT", nargs="*", help=EXPERIMENT)
    parser.add_argument("--out", required=True, metavar="DIR", help="the sweep's folder")
    parser.add_argument(
        "--vary", metavar="PATH=VALUES", action="append", default=[], help="a setting that varies, and how"
    )
    parser.add_argument(
        "--strategy",
        choices=get_args(Strategy),
        help="what proposes trials; else random, or the grid where only the seed varies",
    )
    parser.add_argument("--trials", metavar="N", type=_whole, help="how many trials there are at most")
    parser.add_argument(
        "--seeds", metavar="N", type=_whole, default=1, help="train with each setting so many times"
    )
    parser.add_argument(
        "--steps", metavar="N", type=whole_number(1, 10**9), help="optimizer steps of each trial"
    )
    parser.add_argument(
        "--processor-seconds",
        metavar="S",
        type=number(float, 0.001, 1e9, "a number of seconds"),
        help="processor time of each trial's steps alone",
    )
    parser.add_argument(
        "--seconds-together", metavar="S", type=_decimal, help="time to train for, of all trials together"
    )
    parser.add_argument(
        "--objective",
        metavar="NAME[:NUMBER]",
        type=_objective,
        help="what is to be best; else seen_psnr of a painting, r2 of a curve",
    )
    parser.add_argument(
        "--prune",
        metavar="EPOCHS[:FACTOR]",
        type=_halving,
        help="after so many epochs, and FACTOR (else 3) times as many, ... one of FACTOR trials goes on",
    )
    add_experiment_options(parser)
    parser.add_argument(
        "--workers", metavar="N", type=_whole, help="trials at once on this machine; else its cores"
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="train by the workers there, as tls://10.0.0.1:8786"
    )
    _add_certificates(parser)
    parser.add_argument("--json", action="store_true", help="what it came to as one JSON object")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue the sweep in DIR; without EXPERIMENT, or with the same words as before",
    )
    return parser


def worker_parser() -> argparse.ArgumentParser:
    parser = make_parser(f"{PROGRAM} worker", "Trains trials of a sweep of another machine.", _WORKER_HELP)
    parser.add_argument("scheduler", metavar="ADDRESS", help="the scheduler's, as tls://10.0.0.1:8786")
    parser.add_argument(
        "--workers",
        metavar="N",
        dest="count",
        type=whole_number(0, MOST_WORKERS),
        default=1,
        help="trials at once; else one",
    )
    _add_certificates(parser)
    parser.add_argument(
        "--with-scheduler", action="store_true", help="run the scheduler here, too, with 0 workers or more"
    )
    parser.add_argument(
        "--dashboard", action="store_true", help="the scheduler's dashboard, for accounts of this machine"
    )
    return parser


def _add_certificates(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tls", metavar="DIR", help=f"this machine's folder of '{PROGRAM} certificates'")
    parser.add_argument(
        "--tls-ca", metavar="FILE", help="in its place, the certificate that has signed all others, as .pem"
    )
    parser.add_argument("--tls-cert", metavar="FILE", help="this machine's certificate, as .pem")
    parser.add_argument("--tls-key", metavar="FILE", help="its key, as .pem")
    parser.add_argument(
        "--insecure",
        action="store_true",
        help="allow a tcp:// address: whoever reaches it can run programs as you on all machines",
    )


def _whole(text: str) -> int:
    """Any integer; limits are checked with the sweep."""
    return number(int, -math.inf, math.inf, "a whole number")(text)


def _decimal(text: str) -> float:
    return number(float, -math.inf, math.inf, "a number")(text)


def _objective(text: str) -> Objective:
    name, colon, reaches = text.partition(":")
    if name not in get_args(Measure):
        known = ", ".join(get_args(Measure))
        raise argparse.ArgumentTypeError(f"'{shown(name[:40])}' is no measure; choose one of {known}")
    return Objective(measure=cast(Measure, name), reaches=_decimal(reaches) if colon else None)


def _halving(text: str) -> Halving:
    least, colon, factor = text.partition(":")
    return Halving(least=_whole(least), factor=_whole(factor)) if colon else Halving(least=_whole(least))


def cluster_of(options: Namespace, *, scheduler: str, workers: int | None) -> ClusterOptions:
    """Cluster options of the command line; `scheduler` names the address's option. Raises UsageError."""
    try:
        require_extra()
    except MissingPackagesError as error:
        raise UsageError("{error}", error=error) from error
    cluster = ClusterOptions(workers, options.scheduler, _certificates(options), options.insecure)
    for problem in check_cluster(cluster):
        option = _FIELD_OPTIONS.get(problem.field, scheduler)
        if options.tls is not None and problem.field.startswith("certificates"):
            option = "--tls"
        raise UsageError("{option}: {message}", option=option, message=problem.message)
    return cluster


def _certificates(options: Namespace) -> Certificates | None:
    files = {name: getattr(options, option) for name, option in _CERTIFICATE_OPTIONS.items()}
    missing = [name for name, file in files.items() if file is None]
    if options.tls is not None:
        if len(missing) < len(files):
            raise UsageError("--tls: holds all three files; leave --tls-ca, --tls-cert and --tls-key out.")
        return Certificates.in_folder(Path(options.tls))
    if len(missing) == len(files):
        return None
    for name in missing:
        option = _CERTIFICATE_OPTIONS[name].replace("_", "-")
        raise UsageError("--{option}: is missing; the others need it, too.", option=option)
    return Certificates(**{name: Path(file) for name, file in files.items()})

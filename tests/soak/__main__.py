"""`python -m tests.soak NAME`: makes attempts until all are made or the time is up; the next call goes on."""

import argparse
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from tests.benchmarks.__main__ import BENCHMARKS
from tests.benchmarks.figures import table
from tests.benchmarks.page import write
from tests.process_groups import restore_hangups
from tests.soak import (
    bad_places,
    closing,
    cycles,
    files,
    kills,
    networks,
    random_user,
    record,
    ruined_presets,
    sweep_kills,
    texts,
    training_errors,
)
from tests.soak.soak import Attempt, Soak, figures

SOAKS: dict[str, Soak] = {
    "bad-places": bad_places.SOAK,
    "closing": closing.SOAK,
    "cycles": cycles.SOAK,
    "files": files.SOAK,
    "kills": kills.SOAK,
    "networks": networks.SOAK,
    "random-user": random_user.SOAK,
    "ruined-presets": ruined_presets.SOAK,
    "sweep-kills": sweep_kills.SOAK,
    "texts": texts.SOAK,
    "training-errors": training_errors.SOAK,
}
RECORDS = Path(tempfile.gettempdir()) / "cadl_desktop-soaks"


def main() -> int:
    chosen = _arguments()
    restore_hangups()
    soak = SOAKS[chosen.name]
    file = chosen.out / f"{chosen.name}-{chosen.seed}.jsonl"
    attempts = _made(
        soak, file, chosen.seed, chosen.count or soak.count, time.monotonic() + 60 * chosen.minutes
    )
    found = table(figures(soak, attempts))
    sys.stdout.write(f"{soak.about}\n\n{found}\n")
    for number, attempt in enumerate(attempts):
        if attempt.failure:
            sys.stdout.write(f"\nseed {chosen.seed + number}: {attempt.failure}\n")
    if chosen.write:
        about = f"{soak.about}; `python -m tests.soak {chosen.name}`"
        write({f"soak {chosen.name}": f"{found}\n\n- {about}\n- run {date.today():%Y-%m-%d}"}, [*BENCHMARKS])
    return int(any(attempt.failure for attempt in attempts))


def _made(soak: Soak, file: Path, seed: int, count: int, until: float) -> list[Attempt]:
    """Attempts recorded by an earlier call, followed by those that this one makes."""
    attempts = record.read(file)
    try:
        while len(attempts) < count and time.monotonic() < until:
            with tempfile.TemporaryDirectory(prefix="cadl_desktop-soak-") as folder:
                attempt = soak.attempt(seed + len(attempts), Path(folder))
            record.append(file, attempt)
            attempts.append(attempt)
            sys.stderr.write(f"\r{len(attempts)} of {count}, {attempt.failure or 'held'}\033[K")
    finally:
        soak.end()
    sys.stderr.write("\n")
    return attempts[:count]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("name", choices=SOAKS, metavar="NAME", help=", ".join(SOAKS))
    parser.add_argument(
        "--count", type=int, help="how many attempts there are in all (the soak's own number)"
    )
    parser.add_argument("--minutes", type=float, default=60.0, help="how long this call may take (60)")
    parser.add_argument(
        "--seed", type=int, default=0, help="of the first attempt; the next has the next one (0)"
    )
    parser.add_argument("--out", type=Path, default=RECORDS, help="where attempts are recorded (%(default)s)")
    parser.add_argument("--write", action="store_true", help="put the table into FIGURES.md, too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""`trials.csv` says of each trial what became of it, to programs that know nothing of this one."""

import csv
import io

from msgspec.structs import replace

from cadl_desktop.experiment import preset
from cadl_desktop.sweeps import Choices, Limit, Sweep, Varied, varied_of
from cadl_desktop.sweeps.records.log import Begun, Ended, Measured, Record
from cadl_desktop.sweeps.records.standing import Standing
from cadl_desktop.sweeps.records.table import table_of

PAINTING = preset("lecture-painting")
VARIED = ("optimizer.rate=0.001..0.1,log", "layers=8|8,8", "cost=l2|l2-sum")
SWEEP = Sweep(
    base=PAINTING, varied=tuple(varied_of(text, PAINTING) for text in VARIED), limit=Limit(trials=9)
)
NETWORK = SWEEP.varied[1].among.values[1]


def rows(*records: Record, sweep: Sweep = SWEEP) -> list[dict[str, str]]:
    text = table_of(sweep, Standing().with_news(records)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def begun(number: int) -> Begun:
    return Begun(
        0.0, number, 6 + number, (("optimizer.rate", 0.0123), ("layers", NETWORK), ("cost", "l2-sum"))
    )


def test_the_number_is_first_and_what_was_measured_is_told_from_what_varies() -> None:
    measures = {"cost": 0.25, "seen_psnr": 31.5}
    ended = Ended(2.0, 2, "epochs", 0.25, 9, 900, 1.5, "here", measures)
    (row,) = rows(begun(2), ended)
    assert next(iter(row)) == "trial"
    assert {name: value for name, value in row.items() if value} == {
        "trial": "2",
        "seed": "8",
        "optimizer.rate": "0.0123",
        "layers": "8,8",
        "cost": "l2-sum",
        "value": "0.25",
        "final_cost": "0.25",
        "final_seen_psnr": "31.5",
        "epochs": "9",
        "steps": "900",
        "seconds": "1.5",
        "machine": "here",
        "reason": "epochs",
    }


def test_trials_stand_in_the_order_of_their_numbers_and_those_that_go_on_have_settings_only() -> None:
    news = Measured(1.0, 1, 5, 500, 0.5, 0.2, 0.2, "here")
    diverged = Ended(1.0, 3, "diverged", None, measures={"cost": float("inf")})
    first, second, third = rows(begun(3), begun(1), begun(2), news, diverged)
    assert [row["trial"] for row in (first, second, third)] == ["1", "2", "3"]
    assert (first["cost"], first["value"], first["seconds"], first["reason"]) == ("l2-sum", "", "", "")
    assert (third["value"], third["final_cost"], third["reason"]) == ("", "", "diverged")
    assert rows() == []


def test_what_a_spreadsheet_reads_is_quoted_as_rfc_4180_has_it() -> None:
    odd = 'a "b", c\r\nd\ud800'
    sweep = replace(SWEEP, varied=(Varied("data.expression", Choices((odd,))),))
    refused = Ended(1.0, 1, "refused", None, message="Zu groß, leider.")
    table = table_of(sweep, Standing().with_news([Begun(0.0, 1, 1, (("data.expression", odd),)), refused]))
    assert table.splitlines(keepends=True)[0].endswith(b",reason,message\r\n")
    assert '"a ""b"", c\r\nd�"'.encode() in table
    assert table.endswith('refused,"Zu groß, leider."\r\n'.encode())

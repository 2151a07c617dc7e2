"""Tables of dates and times of day, as numbers and back: right, or refused in one sentence."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadl_desktop.data.curves.date_cells import Order, OrderError, is_date
from cadl_desktop.data.curves.date_counts import MICROSECONDS, Counts, counts_of
from cadl_desktop.data.curves.table_text import TableError
from cadl_desktop.data.curves.text_tables import (
    ROW_NUMBER,
    TakenPoints,
    is_row_taken,
    likely_columns,
    point_summary,
    read_table,
    take_points,
)
from cadl_desktop.data.samples import samples_of
from cadl_desktop.drawing.date_ticks import date_ticks
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.check import check_part

READ: dict[str, tuple[str, str, list[float]]] = {
    "days over 29 February": ("2024-02-28,1\n2024-02-29,2\n2024-03-01,3", "days since 2024-02-28", [0, 1, 2]),
    "hours": ("2024-03-01 06:00,1\n2024-03-01 08:00,2", "hours since 2024-03-01 06:00", [0, 2]),
    "minutes, in ISO": ("2024-03-01T06:00,1\n2024-03-01T06:05,2", "minutes since 2024-03-01 06:00", [0, 5]),
    "fractions": (
        "2024-03-01 06:00:00.5,1\n2024-03-01 06:00:02,2",
        "seconds since 2024-03-01 06:00:00.500000",
        [0, 1.5],
    ),
    "months": ("2024-01,1\n2024-02,2\n2024-03,3", "days since 2024-01-01", [0, 31, 60]),
    "UTC": ("2024-03-01T06:00Z,1\n2024-03-01T07:00Z,2", "hours since 2024-03-01 06:00Z", [0, 1]),
    "one zone": (
        "2024-03-01T06:00+02:00,1\n2024-03-01T07:00+0200,2",
        "hours since 2024-03-01 06:00+02:00",
        [0, 1],
    ),
    "summer time begins": (
        "2024-03-31T01:30+01:00,1\n2024-03-31T03:30+02:00,2",
        "hours since 2024-03-31 00:30Z",
        [0, 1],
    ),
    "points have the day first": ("1.3.2024,1\n2.3.2024,2", "days since 2024-03-01", [0, 1]),
    "a 13th day": ("03/04/2024,1\n13/04/2024,2", "days since 2024-04-03", [0, 10]),
    "a 13th day at the second place": ("03/04/2024,1\n04/13/2024,2", "days since 2024-03-04", [0, 40]),
    "the same day as month": ("01/01/2024,1\n02/02/2024,2", "days since 2024-01-01", [0, 32]),
    "American times": ("3/14/2024 11:30 AM,1\n3/14/2024 1:30 PM,2", "hours since 2024-03-14 11:30", [0, 2]),
    "months by name": ("3 Mar 2024,1\n28 February 2024,2\n1-apr-2024,3", "days since 2024-02-28", [4, 0, 33]),
    "months by name before the day": (
        '"March 3, 2024 06:00",1\n"Mar. 3, 2024 8:00",2',
        "hours since 2024-03-03 06:00",
        [0, 2],
    ),
    "months by name without days": (
        "Mar 2024,1\nMay 2024,2\nSomeday 2024,3",
        "days since 2024-03-01",
        [0, 61],
    ),
    "newest first": ("2024-03-02,1\n2024-03-01,2", "days since 2024-03-01", [1, 0]),
    "midnight at the end of a day": (
        "2024-03-01 24:00,1\n2024-03-02 06:00,2",
        "hours since 2024-03-02",
        [0, 6],
    ),
    "times across midnight": ("23:50,1\n23:55,2\n00:05,3", "minutes since 23:50", [0, 5, 15]),
    "times across two midnights": (
        "12:00,1\n23:00,2\n10:00,3\n22:00,4\n09:00,5",
        "hours since 12:00",
        [0, 11, 22, 34, 45],
    ),
    "years": ("2019,1\n2020,2", "", [2019, 2020]),
    "compact dates stay numbers": ("20240101,1\n20240102,2", "", [20240101, 20240102]),
    "beyond the calendar in UTC": (
        "0001-01-01T00:00+02:00,1\n2024-01-01T00:00Z,2\n9999-12-31T23:00-02:00,3\n2024-01-02T00:00Z,4",
        "days since 2024-01-01Z",
        [0, 1],
    ),
    "the end of the calendar": ("0001-01-01,1\n9999-12-31,2", "days since 0001-01-01", [0, 3652058]),
}


def taken(text: str, order: Order | None = None) -> TakenPoints:
    table = read_table(text)
    return take_points(table, *likely_columns(table), order=order)


@pytest.mark.parametrize("kind", READ)
def test_dates_are_read_as_numbers_since_the_first(kind: str) -> None:
    text, counts, expected = READ[kind]
    found = taken(f"when,v\n{text}\n")
    assert found.counts == (counts, "")
    assert found.points[:, 0].tolist() == expected
    assert found.skipped == text.count("\n") + 1 - len(expected)


@pytest.mark.parametrize("order", ["day", "month"])
def test_the_order_of_day_and_month_is_asked_where_both_fit(order: Order) -> None:
    text = "when,v\n03/04/2024,1\n05/06/2024,2\n"
    with pytest.raises(
        OrderError, match="'when' may have the day or the month first, as in '03/04/2024'; ch"
    ):
        taken(text)
    found = taken(text, order)
    assert found.counts[0] == {"day": "days since 2024-04-03", "month": "days since 2024-03-04"}[order]
    assert found.points[:, 0].tolist() == [0, 63]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "13/04/2024,1\n04/13/2024,2",
            "'when' has the day first in some rows and the month in others; write",
        ),
        ("2024-03-01 06:00Z,1\n2024-03-01 07:00,2", "'when' has a time zone in some rows only; give all of"),
    ],
)
def test_dates_that_contradict_each_other_are_refused(text: str, words: str) -> None:
    with pytest.raises(TableError, match=words):
        taken(f"when,v\n{text}\n")


def test_what_is_no_date_is_left_out() -> None:
    rows = "2024-02-29,1\n2023-02-29,2\n2024-13-01,3\n2024-03-01 25:00,4\nsoon,5\n2024-03-01,\n2024-03-02,7"
    table = read_table(f"when,v\n{rows}\n")
    found = take_points(table, *likely_columns(table))
    assert found.points.tolist() == [[0, 1], [2, 7]]
    assert point_summary(table, 0, 1, found) == (
        "2 points of 'when' and 'v'; 5 rows without a date and a number left out."
    )


def test_rows_of_days_that_there_are_not_are_not_said_to_be_taken() -> None:
    table = read_table("d,v\n2023-02-28,1\n2023-02-29,2\n2023-03-01,3\n")
    taken = take_points(table, 0, 1)
    assert [is_row_taken(table, row, 0, 1) for row in table.rows] == [True, False, True]
    assert (taken.found, taken.skipped) == (2, 1)


def test_two_columns_of_dates_are_x_and_y() -> None:
    found = taken("begin,end\n2024-01-01,2024-01-03\n2024-02-01,2024-02-29\n")
    assert found.counts == ("days since 2024-01-01", "days since 2024-01-03")
    assert found.points.tolist() == [[0, 0], [31, 57]]


def test_times_of_day_in_the_next_column_belong_to_the_dates() -> None:
    table = read_table(
        "Date,Time,V\n2024-01-01,23:30,5\n2024-01-02,00:30,9\n2024-01-03,,7\n2024-01-03,9:30,8\n"
    )
    x, y = likely_columns(table)
    found = take_points(table, x, y)
    assert found.counts == ("hours since 2024-01-01 23:30", "")
    assert found.points.tolist() == [[0, 5], [1, 9], [34, 8]]
    assert point_summary(table, x, y, found) == (
        "3 points of 'Date' with 'Time' and 'V'; 1 row without a date and a number left out."
    )
    assert [is_row_taken(table, row, x, y) for row in table.rows] == [True, True, False, True]
    assert take_points(table, 0, 1).counts == ("days since 2024-01-01", "hours since 23:30")


def test_another_column_of_dates_beside_dates_is_told() -> None:
    table = read_table("Date,V,Time\n2024-01-01,5,10:00\n2024-01-01,9,11:00\n")
    x, y = likely_columns(table)
    words = point_summary(table, x, y, take_points(table, x, y))
    assert words.endswith("'Time' set aside: join it with 'Date' in one column if both make the date.")


def test_time_zones_that_become_utc_are_told() -> None:
    table = read_table("when,v\n2024-03-31T01:30+01:00,1\n2024-03-31T03:30+02:00,2\n")
    words = point_summary(table, 0, 1, take_points(table, 0, 1))
    assert words == "2 points of 'when' and 'v'; the time zones in 'when' differ, so times are in UTC now."


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("01/03/24", "13/04/24"), "'d' set aside: write years with four digits, as in 2024-03-01."),
        (("1-Mar-24", "2-Mar-24"), "'d' set aside: write years with four digits, as in 2024-03-01."),
        (("-", "-"), "'d' holds too few numbers or dates and is set aside."),
    ],
)
def test_why_the_row_s_number_is_x_is_told(cells: tuple[str, str], words: str) -> None:
    table = read_table(f"d,v\n{cells[0]},1\n{cells[1]},2\n")
    x, y = likely_columns(table)
    assert point_summary(table, x, y, take_points(table, x, y)) == (
        f"2 points of the row's number and 'v'; {words}"
    )


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("s,h,day\n1,2,2024-01-01\n2,3,2024-01-02\n", (0, 1)),
        ("day,s,h\n2024-01-01,1,2\n2024-01-02,2,3\n", (0, 1)),
        ("h,day\n2,2024-01-01\n3,2024-01-02\n", (1, 0)),
        ("day\n2024-01-01\n2024-01-02\n", (ROW_NUMBER, 0)),
        ("x,day,y\n1,2024-01-01,2\n2,2024-01-02,3\n", (0, 2)),
    ],
)
def test_dates_are_x_unless_two_columns_of_numbers_come_first(text: str, columns: tuple[int, int]) -> None:
    assert likely_columns(read_table(text)) == columns


@given(
    st.sampled_from(sorted(MICROSECONDS)), st.datetimes(), st.sampled_from(["", "Z", "-05:30"]), st.booleans()
)
def test_what_is_counted_is_read_as_it_is_written(
    unit: str, start: datetime, zone: str, is_clock: bool
) -> None:
    counts = Counts(unit, start, zone)
    if is_clock:
        counts = Counts(unit, start.replace(year=1, month=1, day=2), is_clock=True)
    assert counts_of(str(counts)) == counts
    assert counts.written(0.0).startswith((start.time() if is_clock else start).isoformat())
    assert is_date(counts.written(0.0))


@pytest.mark.parametrize(
    "text", ["tomorrow", "weeks since 2024-01-01", "days since 2024-02-30", "days since"]
)
def test_a_text_that_counts_nothing_is_a_problem(text: str) -> None:
    data = part("dataset", "points", x_counts=text)
    assert [each.field for each in check_part("data", "dataset", data)][-1] == "data.x_counts"
    assert samples_of(part("dataset", "sine")).columns[0].counts is None


@pytest.mark.parametrize(
    ("counts", "low", "high", "texts"),
    [
        (
            "days since 2024-02-27",
            0,
            5,
            ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"],
        ),
        ("days since 2023-12-01", 0, 200, ["2024-01", "2024-03", "2024-05"]),
        ("days since 2000-01-01", 0, 7305, ["2000", "2005", "2010", "2015", "2020"]),
        ("hours since 2024-03-01 20:00", 0, 20, ["2024-03-02", "06:00", "12:00"]),
        ("minutes since 2024-03-01 20:00", 0, 10, ["2024-03-01 20:00", "20:02", "20:04", "20:06", "20:08"]),
        ("minutes since 23:50", 0, 20, ["23:50", "23:55", "00:00", "00:05", "00:10"]),
        ("seconds since 2024-03-01", 0, 1, None),
        ("days since 2024-03-01", -1e9, 5, None),
    ],
)
def test_ticks_stand_on_round_dates(counts: str, low: float, high: float, texts: list[str] | None) -> None:
    counted = counts_of(counts)
    assert counted is not None
    found = date_ticks(counted, low, high, 5)
    if found is None or texts is None:
        assert found is texts
        return
    assert [text for _, text in found][: len(texts)] == texts
    assert len(found) <= 6
    assert (np.diff([value for value, _ in found]) > 0).all()
    assert all(low <= value <= high for value, _ in found)

"""Corpus of tables, one for each class: each gives exactly these points or is refused in one sentence."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadl_desktop.data.curves.columns import Column
from cadl_desktop.data.curves.curve_datasets import MOST_POINTS
from cadl_desktop.data.curves.table_text import MOST_BYTES, TableError, load_text
from cadl_desktop.data.curves.text_tables import (
    ROW_NUMBER,
    is_row_taken,
    likely_columns,
    point_settings,
    point_summary,
    read_table,
    take_points,
)
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.check import check_part

PAIRS = [(0.0, 1.5), (1.0, -2.25), (2.0, 3e-5)]
TWO = [(1.0, 2.0), (3.0, 4.0)]
READ: dict[str, tuple[bytes, list[tuple[float, float]], int]] = {
    "comma": (b"0,1.5\n1,-2.25\n2,3e-5\n", PAIRS, 0),
    "semicolon": (b"0;1.5\n1;-2.25\n2;3e-5\n", PAIRS, 0),
    "tab": (b"0\t1.5\n1\t-2.25\n2\t3e-5\n", PAIRS, 0),
    "pipe": (b"0|1.5\n1|-2.25\n2|3e-5\n", PAIRS, 0),
    "one space": (b"0 1.5\n1 -2.25\n2 3e-5\n", PAIRS, 0),
    "aligned by spaces": (b"  0    1.5\n  1  -2.25  \n  2   3e-5\n", PAIRS, 0),
    "blanks around": (b"0 , 1.5\n1 , -2.25\n2 , 3e-5\n", PAIRS, 0),
    "blanks after commas": (b"0, 1.5\n1, -2.25\n2, 3e-5\n", PAIRS, 0),
    "decimal comma, semicolon": (b"0;1,5\n1;-2,25\n2;3e-5\n", PAIRS, 0),
    "decimal comma, tab": (b"0,0\t1,5\n1,0\t-2,25\n2,0\t3e-5\n", PAIRS, 0),
    "decimal comma, space": (b"0,0 1,5\n1,0 -2,25\n2,0 0,3e-4\n", PAIRS, 0),
    "decimal comma, pipe": (b"0|1,5\n1|-2,25\n2|3e-5\n", PAIRS, 0),
    "header": (b"time,height\n0,1.5\n1,-2.25\n2,3e-5\n", PAIRS, 0),
    "header with spaces": (b"time in s;height in m\n0;1.5\n1;-2.25\n2;3e-5\n", PAIRS, 0),
    "header and units": (b"t;h\ns;m\n0;1.5\n1;-2.25\n2;3e-5\n", PAIRS, 1),
    "quoted": (b'"t","h"\n"0","1.5"\n"1","-2.25"\n"2","3e-5"\n', PAIRS, 0),
    "quoted decimal comma": (b'"0";"1,5"\n"1";"-2,25"\n"2";"3e-5"\n', PAIRS, 0),
    "quoted decimal comma, comma": (b'x,y\n0,"1,5"\n"1,0","-2,25"\n2,3e-5\n', PAIRS, 0),
    "quoted thousandths": (b'"0,500","1"\n"0,250","2"\n', [(0.5, 1.0), (0.25, 2.0)], 0),
    "quoted thousands are set aside": (b'x,y\n2,"1,234"\n4,"1,234,567"\n', [(1.0, 2.0), (2.0, 4.0)], 0),
    "quote with delimiter": (b'a,b,c\n"x, y",0,1.5\n"",1,-2.25\nz,2,3e-5\n', PAIRS, 0),
    "quote over two lines": (b'a,b,c\n"x\ny",0,1.5\nq,1,-2.25\nz,2,3e-5\n', PAIRS, 0),
    "doubled quotes": (b'a,b,c\n"x ""y""",0,1.5\nq,1,-2.25\nz,2,3e-5\n', PAIRS, 0),
    "separator line": (b"sep=;\r\ny;x\r\n1,5;0\r\n-2,25;1\r\n3e-5;2\r\n", PAIRS, 0),
    "separator line with a tab": (b"SEP=\t\ny\tx\n1.5\t0\n-2.25\t1\n3e-5\t2\n", PAIRS, 0),
    "words first": (b"who,x,y\nann,0,1.5\nbob,1,-2.25\ncid,2,3e-5\n", PAIRS, 0),
    "crlf": (b"x,y\r\n0,1.5\r\n1,-2.25\r\n2,3e-5\r\n", PAIRS, 0),
    "cr": (b"x,y\r0,1.5\r1,-2.25\r2,3e-5\r", PAIRS, 0),
    "no last line end": (b"0,1.5\n1,-2.25\n2,3e-5", PAIRS, 0),
    "empty lines": (b"\n\n0,1.5\n\n1,-2.25\n,\n2,3e-5\n\n", PAIRS, 0),
    "comments": (b"# made by hand\n# x y\n0 1.5\n1 -2.25\n2 3e-5\n", PAIRS, 0),
    "utf-8 mark": (b"\xef\xbb\xbf0,1.5\n1,-2.25\n2,3e-5\n", PAIRS, 0),
    "utf-8": ("größe;höhe\n0;1.5\n1;-2.25\n2;3e-5\n".encode(), PAIRS, 0),
    "latin-1": ("größe;höhe\n0;1.5\n1;-2.25\n2;3e-5\n".encode("latin-1"), PAIRS, 0),
    "utf-16": ("größe;höhe\n0;1.5\n1;-2.25\n2;3e-5\n".encode("utf-16"), PAIRS, 0),
    "utf-16-le": ("x;y\n0;1.5\n1;-2.25\n2;3e-5\n".encode("utf-16-le"), PAIRS, 0),
    "utf-16-be": ("x;y\n0;1.5\n1;-2.25\n2;3e-5\n".encode("utf-16-be"), PAIRS, 0),
    "utf-32": ("x;y\n0;1.5\n1;-2.25\n2;3e-5\n".encode("utf-32"), PAIRS, 0),
    "minus of the typesetter": ("0;1.5\n1;−2.25\n2;3e-5\n".encode(), PAIRS, 0),
    "plus and bare points": (b"0.,+1.5\n+1,-2.25\n2,.00003\n", PAIRS, 0),
    "end of file of DOS": (b"0,1.5\r\n1,-2.25\r\n2,3e-5\r\n\x1a", PAIRS, 0),
    "holes": (b"x,y\n0,1.5\nn/a,7\n1,-2.25\n5,\n2,3e-5\n", PAIRS, 2),
    "no numbers of Python's": (b"0,1.5\n1,nan\n1,-2.25\n1_0,2\ninf,4\n2,3e-5\n", PAIRS, 3),
    "too large": (b"0,1.5\n1e31,2\n1,-2.25\n2,-1e400\n2,3e-5\n", PAIRS, 2),
    "short and long rows": (b"0,1.5\n9\n1,-2.25,77\n2,3e-5\n", PAIRS, 1),
    "a few cells too many": (b"x,y\n0,1.5\n1,-2.25\n2,3e-5\n3,1,234.5\n", PAIRS, 0),
    "a delimiter too many": (b"x,y\n0,1.5,\n1,-2.25,\n2,3e-5, ,\n", PAIRS, 0),
    "a title above the header": (b"Heights\nx,y\n0,1.5\n1,-2.25\n2,3e-5\n", PAIRS, 1),
    "one point": (b"1,2", [(1.0, 2.0)], 0),
    "one point under a header": (b"x,y\n1,2\n", [(1.0, 2.0)], 0),
    "unordered and repeated": (b"3,4\n1,2\n3,4\n", [(3.0, 4.0), (1.0, 2.0), (3.0, 4.0)], 0),
    "one column": (b"y\n2\n4\n", [(1.0, 2.0), (2.0, 4.0)], 0),
    "one column without header": (b"2\n4\n", [(1.0, 2.0), (2.0, 4.0)], 0),
    "three columns": (b"1,2,9\n3,4,9\n", TWO, 0),
}
REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty; choose another file"),
    "blanks": (b" \n\t\r\n  ", "is empty; choose another file"),
    "a mark alone": (b"\xef\xbb\xbf", "is empty; choose another file"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is no table of text; save it as CSV"),
    "a workbook": (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0", "is no table of text; save it as CSV"),
    "half a utf-16": (b"\xff\xfe1\x00,", "is no table of text"),
    "words": (b"all work\nand no play\n", "has no column of numbers"),
    "header alone": (b"x,y\n", "has no column of numbers"),
    "a million cells": (b"1;" * 1_000_000 + b"1\n2;3\n", "has more than 200,000 characters in line 1"),
    "a line of digits": (b"1" * 1_000_000, "has more than 200,000 characters in line 1"),
    "a late long line": (b"1,2\n" * 200_000 + b"1," * 200_000, "characters in line 200001; write each row"),
    "numbers of many digits": (b"1" * 9000 + b"," + b"2" * 9000 + b"\n", "has no column of numbers"),
    "numbers too large": (b"x;y\n1e31;-1e400\n2e31;5e99\n", "in 'x', 'y' are larger than 1e30"),
    "y too large": (b"x,y\n1,1e99\n2,2e300\n", "the numbers in 'y' are larger than 1e30 and can't be used"),
    "x too large": (b"y,x,z\n1,1e99,3\n2,2e300,4\n", "the numbers in 'x' are larger than 1e30"),
    "grouped thousands": (b"x,y\n1,1,234.5\n2,2,345.5\n", "has 2 rows with more cells than there are head"),
    "one grouped column": (b"y\n1,234.5\n2,345.5\n", "write numbers without grouping, as 1234.5"),
    "names of rows": (b"x y\n1 0 1.5\n2 1 -2.25\n3 2 3e-5\n", "give every column a heading"),
    "an endless quote": (b'x,y\n1,"2\n' + b"3,4\n" * 40_000, "a quote that never closes"),
}


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", READ)
def test_tables_are_read(tmp_path: Path, kind: str) -> None:
    content, points, skipped = READ[kind]

    table = read_table(load_text(written(tmp_path, content)))
    taken = take_points(table, *likely_columns(table))

    assert taken.points.tolist() == [list(pair) for pair in points]
    assert (taken.found, taken.skipped) == (len(points), skipped)


@pytest.mark.parametrize("kind", REFUSED)
def test_invalid_tables_are_refused(tmp_path: Path, kind: str) -> None:
    content, words = REFUSED[kind]

    def taken(path: Path) -> None:
        table = read_table(load_text(path))
        take_points(table, *likely_columns(table))

    with pytest.raises(TableError, match=words) as refused:
        taken(written(tmp_path, content))
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path, words in (
        (pipe, "'pipe.csv' is not an ordinary file"),
        (tmp_path, "is a folder"),
        (tmp_path / "gone.csv", "'gone.csv' is not there"),
    ):
        with pytest.raises(TableError, match=words):
            load_text(path)


def test_a_file_that_is_too_large_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)

    with pytest.raises(TableError, match=r"'huge\.csv' has more than 50 MB"):
        load_text(path)


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = written(tmp_path, b"1,2\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        return  # root may read everything
    with pytest.raises(TableError, match=r"'table\.csv' can't be read \(permission denied\)"):
        load_text(path)


def test_too_many_points_are_thinned_evenly() -> None:
    text = "".join(f"{row},{row % 7}\n" for row in range(3 * MOST_POINTS))

    taken = take_points(read_table(text), 0, 1)

    assert (len(taken.points), taken.found) == (MOST_POINTS, 3 * MOST_POINTS)
    assert taken.points[[0, -1], 0].tolist() == [0, 3 * MOST_POINTS - 1]
    assert set(np.diff(taken.points[:, 0])) == {3.0, 4.0} or set(np.diff(taken.points[:, 0])) == {3.0}


def test_numbers_that_are_too_large_are_named_in_the_summary() -> None:
    table = read_table("x,y,z\n1,1e99,4\n2,-inf,\n3,n/a,6\n")

    assert (table.numeric, table.too_large) == ((0, 2), (1,))
    assert point_summary(table, 0, 2, take_points(table, 0, 2)) == (
        "2 points of 'x' and 'z'; 1 row without two numbers left out; "
        "the numbers in 'y' are larger than 1e30 and can't be used."
    )
    many = read_table("x,a,b,c,d\n1,1e99,1e99,1e99,1e99\n")
    assert "the numbers in 4 columns are" in point_summary(many, 0, 0, take_points(many, 0, 0))


def test_rows_with_more_cells_than_headings_are_counted_in_the_summary() -> None:
    table = read_table("x,y\n0,999\n1,1,000\n2,998\n3,1,001\nlate,1\n4,997\n")

    assert point_summary(table, 0, 1, take_points(table, 0, 1)) == (
        "3 points of 'x' and 'y'; 1 row without two numbers left out; "
        "2 rows with more cells than there are headings left out."
    )
    assert [is_row_taken(table, row, 0, 1) for row in table.rows] == [True, False, True, False, False, True]


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("date,y\nmon,1\ntue,2\n", "; 'date' holds too few numbers or dates and is set aside"),
        ("date,who,y\nmon,a,1\ntue,b,2\n", "; 'date', 'who' hold too few numbers or dates and are set aside"),
        ("a,b,c,d,y\nk,l,m,n,1\nk,l,m,n,2\n", "; 4 columns hold too few numbers or dates and are set aside"),
        ("y,\n1,\n2,\n", ""),
    ],
)
def test_columns_unusable_as_x_are_named_in_the_summary(text: str, aside: str) -> None:
    table = read_table(text)
    columns = likely_columns(table)

    assert (
        point_summary(table, *columns, take_points(table, *columns))
        == f"2 points of the row's number and 'y'{aside}."
    )


def test_a_column_of_few_numbers_is_reported_as_such() -> None:
    table = read_table("t,y\n?,1\n?,2\n5,3\n")

    assert str(point_summary(table, ROW_NUMBER, 1, take_points(table, ROW_NUMBER, 1))) == (
        "3 points of the row's number and 'y'; 't' holds too few numbers or dates and is set aside."
    )


def test_guessed_formats_can_be_overridden() -> None:
    text = "1,5;2\n3,5;4\n"

    assert (read_table(text).delimiter, read_table(text).decimal) == (";", ",")
    commas = read_table(text, delimiter=",", header=True)
    assert commas.names == ("1", "5;2")
    assert commas.rows == (("3", "5;4"),)


def test_names_of_columns_are_one_short_line() -> None:
    table = read_table(f'{"x" * 1000},"two\nlines"\n1,2\n3,4\n')
    assert table.names == (f"{'x' * 199}…", "two lines")


def test_long_names_keep_their_unit_and_sentences_have_their_beginning() -> None:
    name = f"{'the temperature of the lake, ' * 10}[°C]"
    table = read_table(f'{name.replace(",", "")},"{name}"\n1,2\n3,4\n')
    for each in table.names:
        assert each.endswith("… [°C]")
        assert len(each) <= 200
    words = point_summary(table, 0, 1, take_points(table, 0, 1))
    assert words.count("… [°C]'") == 2
    data = part("dataset", "points", **point_settings(table, 0, 1, take_points(table, 0, 1)))
    assert [*check_part("data", "dataset", data)] == []
    assert len(words) < 160


def test_columns_have_names_and_numeric_ones_are_found() -> None:
    table = read_table("day;;height\nmon;1;2,5\ntue;2;3,5\n")

    assert table.header
    assert table.names == ("day", "column 2", "height")
    assert table.numeric == (1, 2)
    assert likely_columns(table) == (1, 2)
    assert likely_columns(read_table("id;Y;x\n1;2;3\n2;3;4\n")) == (2, 1)
    assert take_points(table, ROW_NUMBER, 2).points.tolist() == [[1, 2.5], [2, 3.5]]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(-1e9, 1e9, allow_nan=False)] * 2), min_size=2, max_size=30),
    st.sampled_from([(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ","), ("|", "."), (" ", ".")]),
    st.booleans(),
)
def test_any_numbers_are_read_back(
    pairs: list[tuple[float, float]], written_with: tuple[str, str], header: bool
) -> None:
    delimiter, decimal = written_with
    lines = [["first", "second"]] * header
    lines += [[repr(value).replace(".", decimal) for value in pair] for pair in pairs]
    text = "\n".join(delimiter.join(line) for line in lines)

    table = read_table(text)

    assert (table.delimiter, table.header) == (delimiter, header)
    assert take_points(table, 0, 1).points.tolist() == [list(pair) for pair in pairs]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300) | st.text('0123456789.,;|\t "\r\n#x-e', max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        table = read_table(text)
        taken = take_points(table, *likely_columns(table))
    except TableError:
        return
    assert taken.points.shape == (taken.found, 2)
    assert np.isfinite(taken.points).all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Time [s],Height (m)\n0,1\n1,2\n", ("Time [s]", "Height (m)")),
        ("x,Height\n0,1\n1,2\n", ("", "Height")),
        (",b\n0,1\n1,2\n", ("", "b")),
        ("0,1\n1,2\n", ("", "")),
        ("Height\n1\n2\n", ("row", "Height")),
    ],
)
def test_columns_keep_their_names(text: str, expected: tuple[str, str]) -> None:
    table = read_table(text)
    x, y = likely_columns(table)
    found = point_settings(table, x, y, take_points(table, x, y))
    assert (found["x_name"], found["y_name"]) == expected


@pytest.mark.parametrize(
    ("name", "unit"),
    [("Height [m]", "m"), ("T (°C)", "°C"), ("a (b) c", ""), ("", ""), ("v [m/s] ", "m/s"), ("f()", "")],
)
def test_a_unit_stands_in_brackets_at_the_end(name: str, unit: str) -> None:
    assert Column("y", name).unit == unit

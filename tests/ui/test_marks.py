"""Texts beside the marks of a plot never lie on one another."""

from cadl_desktop.ui.plots.marks import MOST_ROWS, arranged


def test_texts_far_apart_share_the_first_row(qapp: object) -> None:
    assert arranged(["rate 0.1", "rate 0.2"], [20, 300], 600) == [("rate 0.1", 0), ("rate 0.2", 0)]


def test_texts_that_would_overlap_go_down_and_the_newest_stays_on_top(qapp: object) -> None:
    rows = [row for _, row in arranged(["rate 0.1", "rate 0.2", "rate 0.3"], [20, 30, 40], 600)]
    assert rows == [2, 1, 0]


def test_the_oldest_find_no_room(qapp: object) -> None:
    rows = [row for _, row in arranged(["rate 0.1"] * 9, [20.0] * 9, 600)]
    assert rows == [None] * (9 - MOST_ROWS) + list(range(MOST_ROWS - 1, -1, -1))


def test_a_long_text_is_cut_to_the_larger_side(qapp: object) -> None:
    ((text, row),) = arranged(["12 → 14 neurons in layer 1, new layer 2, new layer 4"], [70], 120)
    assert text.startswith("1")
    assert text.endswith("…") or row is None
    ((text, row),) = arranged(["64 → 80 neurons in layer 2"], [290], 300)
    assert (text, row) == ("64 → 80 neurons in layer 2", 0)


def test_what_is_out_of_sight_takes_no_room(qapp: object) -> None:
    assert arranged(["rate 0.1", "rate 0.2"], [-5, 20], 600) == [("rate 0.1", None), ("rate 0.2", 0)]

"""Labels beside the marks of a plot never overlap."""

from cadl_desktop.ui.plots.cost_marks import MOST_ROWS, arrange_labels


def test_texts_far_apart_share_the_first_row(qapp: object) -> None:
    assert arrange_labels(["rate 0.1", "rate 0.2"], [20, 300], 600) == [("rate 0.1", 0), ("rate 0.2", 0)]


def test_texts_that_would_overlap_go_down_and_the_newest_stays_on_top(qapp: object) -> None:
    rows = [row for _, row in arrange_labels(["rate 0.1", "rate 0.2", "rate 0.3"], [20, 30, 40], 600)]
    assert rows == [2, 1, 0]


def test_the_oldest_labels_are_dropped_without_room(qapp: object) -> None:
    texts = [f"rate 0.{digit}" for digit in range(1, 10)]
    rows = [row for _, row in arrange_labels(texts, [20.0] * 9, 600)]
    assert rows == [None] * (9 - MOST_ROWS) + list(range(MOST_ROWS - 1, -1, -1))


def test_equal_texts_close_together_are_one_that_says_how_many(qapp: object) -> None:
    texts = ["new layer 2", *["rate 0.1"] * 5, "rate 0.2", "rate 0.1"]
    places = [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 300.0]
    found = arrange_labels(texts, places, 600)
    assert [row for _, row in found] == [2, None, None, None, None, 1, 0, 0]
    assert [found[5][0], found[6][0], found[7][0]] == ["rate 0.1 \u00d75", "rate 0.2", "rate 0.1"]


def test_equal_texts_far_apart_stay(qapp: object) -> None:
    assert [row for _, row in arrange_labels(["rate 0.1", "rate 0.1"], [20, 300], 600)] == [0, 0]


def test_a_long_text_is_broken_into_lines_on_the_larger_side(qapp: object) -> None:
    long = "64 \u2192 80 neurons in layer 2, new layer 3"
    ((text, row), newest) = arrange_labels([long, "rate 0.1"], [100, 105], 240)
    assert newest == ("rate 0.1", 0)
    assert (text.replace("\n", " "), row) == (long, 1)
    assert "\n" in text
    ((text, row),) = arrange_labels(["64 \u2192 80 neurons in layer 2"], [290], 300)
    assert (text, row) == ("64 \u2192 80 neurons in layer 2", 0)


def test_a_text_too_long_for_its_lines_is_elided(qapp: object) -> None:
    ((text, row),) = arrange_labels(["12 \u2192 14 neurons in layer 1, new layer 2, new layer 4"], [40], 90)
    assert text.startswith("1")
    assert text.endswith("\u2026") or row is None


def test_labels_out_of_view_take_no_room(qapp: object) -> None:
    assert arrange_labels(["rate 0.1", "rate 0.2"], [-5, 20], 600) == [("rate 0.1", None), ("rate 0.2", 0)]

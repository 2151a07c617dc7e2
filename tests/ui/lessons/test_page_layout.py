"""Layout of pages in windows of any size: figures, labels, text and titles are not cut off."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from cadl_desktop.lessons.demonstrations.backpropagation import Backpropagation
from cadl_desktop.lessons.figure import Axis, Figure, Heights, Line, Node, Points, Table
from cadl_desktop.lessons.page_list import PAGES
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.lesson_progress import LessonProgress
from cadl_desktop.ui.lessons import figure_frame, figure_items
from cadl_desktop.ui.lessons.demonstration_view import Board
from cadl_desktop.ui.lessons.figure_items import node_font
from cadl_desktop.ui.lessons.figure_plane import Scale, plane_of
from cadl_desktop.ui.lessons.figure_view import FigureView
from cadl_desktop.ui.lessons.lessons_model import LessonsModel
from cadl_desktop.ui.lessons.page import LessonsPage
from cadl_desktop.ui.lessons.words_view import WordsView
from cadl_desktop.ui.texts.formulas import words_width
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.settling import process_events
from tests.ui.driving import show
from tests.ui.lessons.pages import Parabola

PARABOLA, MAP, HILL, BARS = Parabola().figures()


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> LessonsPage:
    page = LessonsPage(LessonsModel(LessonProgress(session), PAGES))
    page.resize(1440, 800)
    show(qtbot, page)
    return page


@pytest.fixture
def painter(qtbot: QtBot) -> Iterator[QPainter]:
    ground = QPixmap(400, 400)
    painter = QPainter(ground)
    yield painter
    painter.end()


def shown_places(board: Board) -> list[tuple[int, int, int, int]]:
    return [view.geometry().getRect() for view in board.views if view.isVisible()]


def test_three_figures_fill_the_board(qtbot: QtBot) -> None:
    board = Board()
    board.resize(800, 700)
    show(qtbot, board)
    board.show_figures([PARABOLA, MAP, HILL])
    (_, top, wide, _), (left, below, _, _), (right, beside, half, _) = shown_places(board)
    assert (top, wide, left) == (0, 800, 0)
    assert below == beside > 300
    assert right + half == 800
    board.show_figures([PARABOLA])
    assert shown_places(board) == [(0, 0, 800, 700)]
    board.show_figures(())
    assert shown_places(board) == []


def test_figures_to_be_compared_are_of_one_size(qtbot: QtBot) -> None:
    board = Board()
    board.resize(900, 620)
    show(qtbot, board)
    board.show_figures([replace(PARABOLA, name=name) for name in ("one", "two", "three")])
    sizes = [view.size() for view in board.views]
    assert max(size.width() for size in sizes) - min(size.width() for size in sizes) <= 1
    assert {size.height() for size in sizes} == {620}
    board.resize(500, 500)  # equal sizes would be too small
    assert board.views[0].width() == 500


def title_is_whole(contents: QListWidget, row: int) -> bool:
    item, option = contents.item(row), QStyleOptionViewItem()
    contents.initViewItemOption(option)
    option.rect = contents.visualItemRect(item) & contents.viewport().rect()
    contents.itemDelegate().initStyleOption(option, contents.indexFromItem(item))
    room = contents.style().subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, contents)
    margin = contents.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, option, contents) + 1
    wrapped = room.adjusted(margin, 0, -margin, 0)
    wrapped.setHeight(1000)
    needed = option.fontMetrics.boundingRect(wrapped, int(Qt.TextFlag.TextWordWrap.value), item.text())
    return needed.height() <= room.height() and needed.width() <= wrapped.width()


def test_contents_show_whole_titles(qtbot: QtBot, page: LessonsPage) -> None:
    set_theme("light")  # whose stylesheet has padding
    assert page.contents.count() == len(PAGES)
    for width in (168, 180, 192, 204, 216, 240):
        page.splitter.setSizes([width, 336, page.width() - width - 336])
        process_events(qtbot)
        page.contents.doItemsLayout()
        cut = [row for row in range(page.contents.count()) if not title_is_whole(page.contents, row)]
        assert cut == [], width


def test_a_tick_moves_no_title(qtbot: QtBot, page: LessonsPage) -> None:
    set_theme("light")
    process_events(qtbot)
    contents = page.contents
    before = [contents.visualItemRect(contents.item(row)) for row in range(len(PAGES))]
    assert len({room.height() for room in before}) == 1  # every title has a line of its own
    page._model.reached = frozenset(page.name for page in PAGES[::2])
    page._model.goals_changed.emit()
    process_events(qtbot)
    assert [contents.visualItemRect(contents.item(row)) for row in range(len(PAGES))] == before


def test_controls_below_the_figures_have_enough_room(qtbot: QtBot, page: LessonsPage) -> None:
    for place in [*range(len(PAGES)), 7, 8, 0]:
        page._model.open(place)
        process_events(qtbot)
        stage = page.stage
        if page._model.demonstration is None:
            continue
        assert stage._controls_side.height() >= stage._controls_side.minimumSizeHint().height(), place
        if stage._below.height() < 0.37 * stage.height():
            assert stage._below.verticalScrollBar().maximum() == 0, place


def test_nothing_is_cut_off_in_a_small_window(qtbot: QtBot, page: LessonsPage) -> None:
    page.resize(734, 414)  # 1100 x 620 at 150 %
    stage, listed = page.stage, page._side.isVisible
    for place in (0, 3, 11, 13, 14):  # formulas, three figures, and wide tables
        page._model.open(place)
        process_events(qtbot)
        assert stage.words.horizontalScrollBar().maximum() == 0, place
        assert stage._controls_side.width() >= stage._controls_side.minimumSizeHint().width(), place
        shown = [view.geometry() for view in stage.board.views if view.isVisible()]
        assert all(stage.board.rect().contains(place) for place in shown), place
        assert [pair for pair in combinations(shown, 2) if pair[0].intersects(pair[1])] == [], place
    assert not listed()
    qtbot.mouseClick(page.contents_button, Qt.MouseButton.LeftButton)
    assert listed()
    page.contents.setCurrentRow(2)
    assert page._model.place == 2
    assert not listed()
    page.resize(1100, 620)
    process_events(qtbot)
    assert listed()
    assert page.contents_button.isHidden()


def test_tables_are_whole_in_a_small_window(qtbot: QtBot, page: LessonsPage) -> None:
    page.resize(1100, 655)
    for place in range(len(PAGES)):
        page._model.open(place)
        process_events(qtbot)
        if page._model.demonstration is not None:
            assert page.stage._below.verticalScrollBar().maximum() == 0, place


def test_a_table_that_grows_gets_the_room_that_its_figures_do_not_need(
    qtbot: QtBot, page: LessonsPage
) -> None:
    page.resize(1440, 855)
    page._model.open(12)
    process_events(qtbot)
    for _ in range(16):
        page._model.press("next")
    process_events(qtbot)
    assert page.stage._below.verticalScrollBar().maximum() == 0


def test_empty_items_are_not_in_the_key(painter: QPainter) -> None:
    none = np.empty(0)
    items_ = Points(none, none, name="taken"), Line(np.arange(2.0), np.arange(2.0), name="line")
    figure = replace(PARABOLA, items=items_)
    assert [item.name for item, _ in figure_frame.key_places(painter, figure, 400)] == ["line"]
    assert figure_frame.accessible_text(figure) == "The slope of y = x², line"


def test_a_full_stop_stays_with_its_formula(qtbot: QtBot) -> None:
    words = WordsView()
    words.show_words(["This is sample $20 \\cdot 64 + 28 = 1308$. So it is."], ())
    show(qtbot, words)
    for width in range(180, 400, 5):
        words.resize(width, 200)
        block = words.document().firstBlock()
        lines = [block.layout().lineAt(line) for line in range(block.layout().lineCount())]
        begins = [block.text()[line.textStart()] for line in lines]
        assert "." not in begins, width


def test_lines_of_nothing_but_formulas_are_as_high_as_others(qtbot: QtBot) -> None:
    words = WordsView()
    words.show_words(["$b_2 = z_2 \\cdot b_2$ $= 2.5 \\cdot 1.0$", "No formula."], ())
    words.resize(130, 200)
    show(qtbot, words)
    blocks = [words.document().findBlockByNumber(number).layout() for number in range(2)]
    one, other = (blocks[0].lineAt(line) for line in range(2))
    assert blocks[0].lineCount() == 2
    assert min(one.height(), other.height()) >= blocks[1].lineAt(0).height() - 1


@pytest.mark.parametrize("size", [(220, 260), (260, 360), (440, 300), (800, 700)])
@pytest.mark.parametrize("around", [0.0, 30.0, 75.0, 200.0])
def test_numbers_at_a_surface_neither_overlap_nor_leave_the_figure(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], around: float
) -> None:
    surface = next(item for item in HILL.items if isinstance(item, Heights))
    turned = replace(surface, x_range=(-1.0, 1.6), y_range=(-1.3, 1.3), turned=(around, 35.0))
    axes = Axis("first parameter"), Axis("second parameter")
    labels: list[QRectF] = []
    monkeypatch.setattr(figure_frame, "paint_words", lambda painter, room, *rest, **kept: labels.append(room))
    view = FigureView()
    view.resize(*size)
    view.show_figure(Figure("hill", "Hill", (turned,), *axes))
    show(qtbot, view)
    labels.clear()
    view.grab()
    numbers = [room for room in labels[1:] if room.width() < 40]
    assert len(numbers) == 4
    for one, other in combinations(numbers, 2):
        assert not one.intersects(other)
    assert all(room.left() >= 0 and room.right() <= size[0] for room in labels)


@pytest.mark.parametrize("size", [(250, 330), (430, 530), (680, 560)])
def test_boxes_of_a_diagram_do_not_overlap(painter: QPainter, size: tuple[int, int]) -> None:
    figure = Backpropagation().as_in_lecture().figures()[0]
    plane = plane_of(figure, QRectF(0, 0, *size))
    font = node_font(painter, figure, plane)
    boxes: list[QRectF] = []
    for node in figure.items:
        if isinstance(node, Node):
            painter.setFont(font)
            box = QRectF()
            box.setSize(figure_items._node_size(node, painter))
            box.moveCenter(plane.at(node.x, node.y))
            boxes.append(box.adjusted(2, 2, -2, -2))
    assert len(boxes) == 13
    assert [pair for pair in combinations(boxes, 2) if pair[0].intersects(pair[1])] == []
    assert all(plane.room.contains(box) for box in boxes)


def test_wide_title_is_shrunk_and_then_split_into_two_lines(
    painter: QPainter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(
        figure_frame, "paint_words", lambda painter, *rest: sizes.append(painter.font().pixelSize())
    )
    figure = replace(PARABOLA, title="Which of 100 samples each batch takes")
    for width in (400, 260, 60):
        figure_frame.paint_title(painter, figure, width)
    whole, smaller, *two = sizes
    assert len(two) == 2
    assert whole > smaller >= min(two) == max(two) >= 0.7 * whole


def test_names_in_a_key_end_inside_the_figure(painter: QPainter, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[str, float]] = []

    def note(painter: QPainter, room: QRectF, words: str, colour: str) -> None:
        written.append((words, room.left() + words_width(painter, words)))

    monkeypatch.setattr(figure_frame, "paint_words", note)
    line = Line(np.arange(2.0), np.arange(2.0), name="descent, from cool to warm")
    figure = replace(PARABOLA, items=(line,))
    for width in (400, 180, 120):
        figure_frame.paint_key(painter, figure, width)
    assert written[0][0] == written[1][0] == "descent, from cool to warm"
    assert written[2][0].endswith("…")
    assert all(end < width for (_, end), width in zip(written, (400, 180, 120), strict=True))


def test_height_follows_the_current_text(qtbot: QtBot) -> None:
    words = WordsView()
    show(qtbot, words)
    words.show_words(["This is sample $20 \\cdot 64 + 28 = 1308$. So it is."] * 3, ())
    high = words.heightForWidth(200)
    assert words.heightForWidth(500) < high
    assert words.heightForWidth(200) == high
    words.show_words((), ())
    assert words.heightForWidth(200) < high


def test_numbers_in_a_column_are_aligned(qtbot: QtBot) -> None:
    rows = [(1, 0.01, 13.4, 6.1987), (2, 1.0, 71.484, 0.05824), (5, 500.0, 84.8, 0.0)]
    words = WordsView()
    words.show_words((), [Table("t", "Numbers", ("a", "b", "c", "d"), rows)])
    show(qtbot, words)
    cells = words.toPlainText().split()
    assert cells[5:9] == ["1", "0.01", "13.40", "6.199"]
    assert cells[9:13] == ["2", "1", "71.48", "0.05824"]
    assert cells[13:] == ["5", "500", "84.80", "0"]


def test_an_axis_has_two_numbers_or_more_and_counts_by_wholes() -> None:
    assert len(Scale(-2.4, 1.8, 60, 0).ticks(40)) >= 2
    counted = Scale(-0.5, 10.5, 230, 0).ticks(40)
    assert counted == [round(number) for number in counted]
    assert len(counted) >= 3

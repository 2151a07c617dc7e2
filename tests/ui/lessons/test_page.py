"""Page of the lessons: navigation, controls, figures, goals and presentation."""

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from cadl_desktop.lessons.demonstrations.frequencies import Frequencies
from cadl_desktop.markdown import text_of
from cadl_desktop.ui.lessons import text_panel
from cadl_desktop.ui.lessons.control_panel import ChoiceRow, ControlPanel, LessonButton, SliderRow, SwitchRow
from cadl_desktop.ui.lessons.figure_view import FigureView
from cadl_desktop.ui.lessons.page import LessonsPage
from cadl_desktop.ui.lessons.words_view import BlocksView
from cadl_desktop.ui.settings.settings_table import REACHED_LESSONS
from cadl_desktop.ui.start.page import LESSONS
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import process_events, until
from tests.ui.driving import choose, pressed_tabs, tab_walk, type_over, unnamed_controls
from tests.ui.lessons.pages import Painted, Parabola

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(qtbot: QtBot, studio: MainWindow) -> LessonsPage:
    qtbot.keyClick(studio, Qt.Key.Key_F1)
    until(qtbot, lambda: studio.features.lessons.page.is_shown)
    page = studio.features.lessons.page.widget
    assert isinstance(page, LessonsPage)
    process_events(qtbot)
    return page


def parabola(page: LessonsPage) -> Parabola:
    state = page._model.demonstration
    assert isinstance(state, Parabola)
    return state


def view(page: LessonsPage, name: str) -> FigureView:
    return next(view for view in page.stage.board.views if view.figure and view.figure.name == name)


def button(page: LessonsPage, name: str) -> LessonButton:
    row = page.stage.controls.rows[name]
    assert isinstance(row, LessonButton)
    return row


def slider(page: LessonsPage, name: str) -> SliderRow:
    row = page.stage.controls.rows[name]
    assert isinstance(row, SliderRow)
    return row


def test_scrolling_keys_go_to_the_text(qtbot: QtBot, page: LessonsPage) -> None:
    page.text_panel.text.setFixedHeight(60)
    bar = page.text_panel.text.verticalScrollBar()
    until(qtbot, lambda: bar.maximum() > 0)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageDown)
    until(qtbot, lambda: bar.value() > 0)


def test_the_page_takes_the_room_of_the_docks_and_gives_it_back(qtbot: QtBot, studio: MainWindow) -> None:
    shown = [dock for dock in studio.frame.docks if dock.isVisible()]
    assert shown
    qtbot.keyClick(studio, Qt.Key.Key_F1)
    until(qtbot, lambda: studio.features.lessons.page.is_shown)
    assert studio.frame.actions["lessons"].isChecked()
    assert not any(dock.isVisible() for dock in studio.frame.docks)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not studio.features.lessons.page.is_shown
    assert [dock for dock in studio.frame.docks if dock.isVisible()] == shown


def test_a_window_that_closes_on_a_lesson_has_its_docks_at_the_next_start(
    qtbot: QtBot, studio: MainWindow
) -> None:
    studio.features.lessons.page.show()
    until(qtbot, lambda: studio.features.lessons.page.is_shown)
    studio.close_without_asking()
    assert not studio.frame.docks["settings"].isHidden()


def test_the_start_page_has_a_card(qtbot: QtBot, studio: MainWindow) -> None:
    docks = [dock.isVisible() for dock in studio.frame.docks]
    studio.features.start.show()
    qtbot.mouseClick(studio.features.start.page.tile(LESSONS), LEFT)
    until(qtbot, lambda: studio.features.lessons.page.is_shown)
    assert not studio.features.start.is_shown
    studio.frame.actions["new"].trigger()
    until(qtbot, lambda: studio.features.start.is_shown)
    assert not studio.features.lessons.page.is_shown
    assert not any(dock.isVisible() for dock in studio.frame.docks)
    studio.features.start.leave()
    assert [dock.isVisible() for dock in studio.frame.docks] == docks


def test_goal_is_ticked_when_it_is_reached(qtbot: QtBot, page: LessonsPage) -> None:
    assert not page.text_panel.tick.reached
    assert page.text_panel.goal.text() == "Goal: Come within 0.1 of the lowest point."
    presses = 0
    while not page.text_panel.tick.reached:
        qtbot.mouseClick(button(page, "step"), LEFT)
        presses += 1
    assert presses == 13  # 1.5 times 0.8 to the 13th is the first below 0.1
    assert page.text_panel.goal.text() == "Goal reached: Come within 0.1 of the lowest point."
    assert REACHED_LESSONS.get() == ["02-rolling-downhill"]
    assert page.contents.item(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("goal reached")


def test_hints_are_given_one_by_one_and_follow_what_is_tried(qtbot: QtBot, page: LessonsPage) -> None:
    panel = page.text_panel
    assert not panel.hint.isVisible()
    assert panel.hint_button.text() == "Hint"
    qtbot.mouseClick(panel.hint_button, LEFT)
    assert panel.hint.text() == "Hint: 0 steps are taken: longer ones are there sooner."
    qtbot.mouseClick(button(page, "step"), LEFT)
    assert panel.hint.text() == "Hint: 1 steps are taken: longer ones are there sooner."
    assert panel.hint_button.text() == "Tell me"
    panel.hint_button.setFocus()
    qtbot.keyClick(panel.hint_button, Qt.Key.Key_Space)
    assert panel.hint.text() == "Hint: Set the rate to 0.5, and press “Step”."
    assert not panel.hint_button.isVisible()
    assert panel.text.hasFocus()
    page._model.open(1)
    assert not panel.hint.isVisible()
    assert panel.hint_button.isVisible()
    page._model.open(0)
    slider(page, "rate").slider.setValue(slider(page, "rate").slider.maximum())
    page._model.set_value("rate", 0.5)
    assert panel.tick.reached
    assert not panel.hint.isVisible()
    assert not panel.hint_button.isVisible()
    page._model.start_over()
    assert not panel.hint.isVisible()
    assert panel.hint_button.text() == "Hint"


def test_after_a_miss_the_first_hint_comes_by_itself(qtbot: QtBot, page: LessonsPage) -> None:
    slider(page, "rate").slider.setValue(0)
    for _ in range(19):
        qtbot.mouseClick(button(page, "step"), LEFT)
    assert not page.text_panel.hint.isVisible()
    qtbot.mouseClick(button(page, "step"), LEFT)
    assert page.text_panel.hint.text().startswith("Hint: 20 steps")
    assert page.text_panel.hint_button.text() == "Tell me"


def test_what_the_pointed_name_in_a_key_belongs_to_stands_out(qtbot: QtBot, page: LessonsPage) -> None:
    shown = view(page, "parabola")
    whole = shown.grab().toImage()
    QTest.mouseMove(shown, QPoint(20, 32))  # the first name
    alone = shown.grab().toImage()
    assert alone != whole
    QTest.mouseMove(shown, QPoint(20, shown.height() // 2))
    assert shown.grab().toImage() == whole


def test_opening_pages_and_other_input_tick_nothing(qtbot: QtBot, page: LessonsPage) -> None:
    for _ in range(3):
        qtbot.keyClick(page.text_panel, Qt.Key.Key_Right, ALT)
    page._model.open(0)
    slider(page, "rate").slider.setValue(100)
    assert REACHED_LESSONS.get() == []


def test_start_over_takes_ticks_away(qtbot: QtBot, page: LessonsPage) -> None:
    for _ in range(13):
        page._model.press("step")
    assert page._model.is_reached

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        over = next(found for found in box.buttons() if box.buttonRole(found).name == "AcceptRole")
        over.click()

    QTimer.singleShot(0, answer)
    qtbot.mouseClick(page.start_over_button, LEFT)
    qtbot.waitUntil(lambda: not page.text_panel.tick.reached)
    assert REACHED_LESSONS.get() == []
    assert parabola(page) == Parabola()


def test_contents_and_keys_open_pages(qtbot: QtBot, page: LessonsPage) -> None:
    page.contents.setFocus()
    qtbot.keyClick(page.contents, Qt.Key.Key_Down)
    assert page.text_panel.text.toPlainText().startswith("Painting")
    qtbot.keyClick(page.text_panel, Qt.Key.Key_Left, ALT)
    assert page.text_panel.text.toPlainText().startswith("Rolling downhill")
    assert not page.text_panel.before.isEnabled()


def test_links_open_pages_and_words(qtbot: QtBot, page: LessonsPage) -> None:
    page.text_panel.text.setFocus()
    qtbot.keyClick(page.text_panel.text, Qt.Key.Key_Tab)
    qtbot.keyClick(page.text_panel.text, Qt.Key.Key_Tab)
    qtbot.keyClick(page.text_panel.text, Qt.Key.Key_Return)
    assert page._model.place == 1


def test_a_word_is_explained_beside_it(
    qtbot: QtBot, page: LessonsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "One number that says how wrong all outputs are together, in a line too long for one."
    written = text_of(
        f"# Glossary\n\n## Cost\n\n{words} See [error](glossary.md#error).\n\n## Error\n\nOff.\n"
    )
    monkeypatch.setattr(text_panel, "shipped_text", lambda name: written)
    page.text_panel.text.setFocus()
    qtbot.keyClick(page.text_panel.text, Qt.Key.Key_Tab)
    qtbot.keyClick(page.text_panel.text, Qt.Key.Key_Return)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, text_panel.GlossaryPopup)
    assert popup.title.text() == "Cost"
    view = popup.findChild(BlocksView)
    assert view.verticalScrollBar().maximum() == 0  # everything is visible
    view.followed.emit("glossary.md#error")
    assert popup.title.text() == "Error"
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None


def test_a_page_that_was_read_is_opened_again_as_it_was_left(qtbot: QtBot, page: LessonsPage) -> None:
    page._model.press("step")
    page._model.open(1)
    page._model.open(0)
    assert parabola(page).steps == 1
    qtbot.mouseClick(page.stage.reset_button, LEFT)
    assert parabola(page).steps == 0


# Controls


def test_a_slider_and_its_field_turn_the_same(qtbot: QtBot, page: LessonsPage) -> None:
    row = slider(page, "rate")
    row.slider.setFocus()
    qtbot.keyClick(row.slider, Qt.Key.Key_End)
    assert parabola(page).rate == 1.0
    assert row.number.text() == "1"
    qtbot.keyClick(row.slider, Qt.Key.Key_Home)
    assert parabola(page).rate == 0.001
    type_over(qtbot, row.number, "0.25")
    assert parabola(page).rate == 0.25
    assert 0 < row.slider.value() < row.slider.maximum()
    type_over(qtbot, row.number, "7")
    qtbot.keyClick(row.number, Qt.Key.Key_Return)
    assert parabola(page).rate == 1.0  # clamped to its range


def test_a_whole_slider_gives_whole_numbers(qtbot: QtBot, page: LessonsPage) -> None:
    row = slider(page, "steps")
    row.slider.setFocus()
    qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    assert parabola(page).steps == 1
    assert isinstance(parabola(page).steps, int)


def test_a_slider_without_effect_is_disabled(qtbot: QtBot) -> None:
    panel = ControlPanel()
    qtbot.addWidget(panel)
    for way, has_waves in (("relu", False), ("sine", True), ("fourier", True), ("relu", False)):
        panel.show_controls(Frequencies(way).controls())
        assert panel.rows["frequency"].isEnabled() is has_waves


def test_choices_and_switches(qtbot: QtBot, page: LessonsPage) -> None:
    rows = page.stage.controls.rows
    chooser, box = rows["curve"], rows["shown"]
    assert isinstance(chooser, ChoiceRow)
    assert isinstance(box, SwitchRow)
    assert chooser.chooser.itemText(0) == "x²"
    choose(qtbot, chooser.chooser, "size")
    assert parabola(page).curve == "size"
    qtbot.keyClick(box.box, Qt.Key.Key_Space)
    assert not parabola(page).shown


def test_playing_goes_on_until_it_is_stopped_or_at_its_end(qtbot: QtBot, page: LessonsPage) -> None:
    play = button(page, "play")
    qtbot.mouseClick(play, LEFT)
    qtbot.waitUntil(lambda: parabola(page).steps >= 3)
    qtbot.mouseClick(play, LEFT)
    assert not page.stage.controls.playing
    page._model.set_value("steps", 499)
    qtbot.mouseClick(play, LEFT)
    assert parabola(page).steps == 500
    assert not page.stage.controls.playing
    assert not play.isEnabled()


def test_playing_ends_with_the_page(qtbot: QtBot, page: LessonsPage) -> None:
    qtbot.mouseClick(button(page, "play"), LEFT)
    page.left.emit()
    assert not page.stage.controls.playing


# Figures


def test_a_handle_is_dragged_along_its_axis(qtbot: QtBot, page: LessonsPage) -> None:
    shown = view(page, "parabola")
    (dot,) = [dot for dot in shown.dots if dot.isVisible()]
    middle = dot.rect().center()
    QTest.mousePress(dot, LEFT, pos=middle)
    left = dot.mapFromGlobal(shown.mapToGlobal(QPoint(0, 0))).x()
    QTest.mouseMove(dot, QPoint(left, middle.y() - 100))
    QTest.mouseRelease(dot, LEFT, pos=QPoint(0, 0))
    assert parabola(page).start == -2.0  # the end of the axis
    assert QRectF(dot.geometry()).center().y() == pytest.approx(shown._plane.at(-2, 4).y(), abs=0.51)


def test_a_handle_is_moved_by_keys(qtbot: QtBot, page: LessonsPage) -> None:
    (dot,) = [dot for dot in view(page, "parabola").dots if dot.isVisible()]
    dot.setFocus()
    qtbot.keyClick(dot, Qt.Key.Key_Left)
    assert parabola(page).start == pytest.approx(1.45)
    qtbot.keyClick(dot, Qt.Key.Key_Left, SHIFT)
    assert parabola(page).start == pytest.approx(0.95)
    qtbot.keyClick(dot, Qt.Key.Key_Up)  # it moves along x only
    assert parabola(page).start == pytest.approx(0.95)
    assert dot.accessibleName() == "Start θ"


def test_click_on_a_plane_is_reported_in_its_coordinates(qtbot: QtBot, page: LessonsPage) -> None:
    shown = view(page, "map")
    qtbot.mouseClick(shown, LEFT, pos=shown._plane.at(-0.5, 0.25).toPoint())
    assert parabola(page).clicked == pytest.approx((-0.5, 0.25), abs=0.02)
    shown.setFocus()
    qtbot.keyClick(shown, Qt.Key.Key_Right)
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert parabola(page).clicked == pytest.approx((-0.4, 0.25), abs=0.02)


def test_a_pixel_is_named_by_its_row_and_column(qtbot: QtBot, page: LessonsPage) -> None:
    page._model.open(1)
    shown = view(page, "picture")
    qtbot.mouseClick(shown, LEFT, pos=shown._plane.at(6.5, 2.5).toPoint())
    assert page._model.demonstration == Painted((2, 6))
    assert not page._model.is_reached
    qtbot.mouseClick(shown, LEFT, pos=shown._plane.at(0.5, 0.5).toPoint())
    assert page._model.is_reached


def test_surface_is_rotated_by_dragging_and_keys(qtbot: QtBot, page: LessonsPage) -> None:
    shown = view(page, "hill")
    before = shown.grab().toImage()
    middle = QPoint(shown.width() // 2, shown.height() // 2)
    QTest.mousePress(shown, LEFT, pos=middle)
    QTest.mouseMove(shown, middle + QPoint(60, 20))
    QTest.mouseRelease(shown, LEFT, pos=middle + QPoint(60, 20))
    turned = shown.grab().toImage()
    assert turned != before
    shown.setFocus()
    qtbot.keyClick(shown, Qt.Key.Key_Left)
    assert shown.grab().toImage() != turned
    page._model.open(1)
    page._model.open(0)
    shown.clearFocus()
    assert view(page, "hill")._plane.around == 30.0  # as the figure says


def test_axes_stay_fixed_while_a_handle_is_dragged(page: LessonsPage) -> None:
    """The axes would follow their items, and move the handle away from the pointer."""
    shown = view(page, "parabola")
    (dot,) = [dot for dot in shown.dots if dot.isVisible()]
    plane = shown._plane
    QTest.mousePress(dot, LEFT, pos=dot.rect().center())
    QTest.mouseMove(dot, dot.rect().center() + QPoint(-5, 0))
    assert shown._plane is plane
    QTest.mouseRelease(dot, LEFT, pos=QPoint(0, 0))
    assert shown._plane is not plane


# The whole page


def test_tab_visits_every_control_of_a_page(page: LessonsPage, studio: MainWindow) -> None:
    walk = tab_walk(studio)
    visited = pressed_tabs(walk[0], len(walk) + 4)
    wanted = [*page.stage.tab_widgets(), page.contents, page.text_panel.after, page.start_over_button]
    assert [part for part in wanted if part not in visited] == []
    assert unnamed_controls(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_are_legible_in_both_themes(qtbot: QtBot, page: LessonsPage, theme: str) -> None:
    from cadl_desktop.ui.theme.theme_switch import set_theme

    set_theme(theme)
    text = page.text_panel.text
    image = text.viewport().grab().toImage()
    ground = image.pixelColor(2, image.height() - 2).lightness()
    inks = [image.pixelColor(x, y).lightness() for x in range(0, 200) for y in range(10, 40)]
    assert max(abs(ink - ground) for ink in inks) > 120
    set_theme("light")


def test_presentation_works_on_a_page(qtbot: QtBot, page: LessonsPage, studio: MainWindow) -> None:
    qtbot.keyClick(studio, Qt.Key.Key_F11)
    assert studio.features.lessons.page.is_shown
    assert page.stage.isVisible()
    assert not page.contents.isVisible()
    assert not studio.menuBar().isVisible()
    assert not any(dock.isVisible() for dock in studio.frame.docks)
    qtbot.keyClick(studio, Qt.Key.Key_Escape)
    assert studio.features.lessons.page.is_shown
    assert page.contents.isVisible()
    studio.features.lessons.page.leave()
    assert studio.frame.docks["settings"].isVisible()


def test_a_lesson_that_is_left_in_presentation_ends_both(
    qtbot: QtBot, page: LessonsPage, studio: MainWindow
) -> None:
    qtbot.keyClick(studio, Qt.Key.Key_F11)
    studio.features.lessons.page.leave()
    process_events(qtbot)
    assert not studio.features.presentation.on
    assert studio.frame.docks["settings"].isVisible()
    assert studio.menuBar().isVisible()


def test_figures_are_arranged_to_be_large(qtbot: QtBot, page: LessonsPage) -> None:
    board = page.stage.board

    def places() -> list[tuple[int, int]]:
        shown = [view for view in board.views if view.isVisible()]
        return [(view.x() > 0, view.y() > 0) for view in shown]

    page._model.open(1)
    board.resize(800, 300)
    assert places() == [(False, False)]
    page._model.open(0)
    board.resize(2000, 300)
    assert places() == [(False, False), (True, False), (True, False), (True, False)]
    board.resize(800, 700)
    assert places() == [(False, False), (True, False), (False, True), (True, True)]
    board.resize(300, 1200)
    assert places() == [(False, False), (False, True), (False, True), (False, True)]

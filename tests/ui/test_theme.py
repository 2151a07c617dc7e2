"""Contrast of the colours, icons, and switching the theme."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QIcon,
    QImage,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QSlider,
    QStyle,
    QStyleOptionButton,
    QStyleOptionSlider,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from cadl_desktop.resources import resource
from cadl_desktop.ui.controls.fields import ProblemLine
from cadl_desktop.ui.controls.looks import make_primary
from cadl_desktop.ui.theme.icons import application_icon, icon, set_icon
from cadl_desktop.ui.theme.stylesheet import stylesheet
from cadl_desktop.ui.theme.theme import (
    DARK,
    GRID,
    LIGHT,
    RUN_COLOUR_COUNT,
    Theme,
    blend,
    notifier,
    run_colour,
    tabular_font,
    theme,
)
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.main_window import MainWindow

SURFACES = ("window", "surface", "raised", "plot_background")
BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


@pytest.fixture(autouse=True)
def light_again(qapp: QApplication) -> Iterator[None]:
    yield
    set_theme("light")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""

    def linear(share: float) -> float:
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue, _ = QColor(colour).getRgbF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@BOTH
def test_text_can_be_read_on_every_surface(colours: Theme) -> None:
    for surface in (*SURFACES, "hover", "warning_surface", "error_surface"):
        assert contrast(colours.text, getattr(colours, surface)) >= 7, surface
    for surface in SURFACES:
        assert contrast(colours.muted, getattr(colours, surface)) >= 4.5, surface
    for surface in ("hover", "warning_surface", "error_surface"):
        assert contrast(colours.muted, getattr(colours, surface)) >= 4.5, surface
    for button in (colours.accent, colours.accent_hover):
        assert contrast(colours.on_accent, button) >= 4.5
    for surface in ("raised", "hover"):
        assert contrast(colours.red, getattr(colours, surface)) >= 4.5, surface
    chosen = blend(colours.raised, colours.accent, 0.22)  # a selected row of a list
    assert contrast(colours.text, chosen) >= 4.5


def unreadable_words(window: MainWindow, colours: Theme) -> list[str]:
    grounds = [colours.window, colours.surface, colours.raised, colours.plot_background]
    found = []
    for label in window.findChildren(QLabel):
        label.ensurePolished()
        word = label.palette().color(QPalette.ColorGroup.Active, label.foregroundRole()).name()
        counts = label.isEnabled() and label.text() and not label.property("badge")
        if counts and min(contrast(word, ground) for ground in grounds) < 4.5:
            found.append(label.text())
    return found


@BOTH
def test_every_word_on_screen_can_be_read(qtbot: QtBot, window: MainWindow, colours: Theme) -> None:
    set_theme("dark" if colours.dark else "light")
    problem = ProblemLine(window.features.side.data)
    problem.show_problem("so")
    assert unreadable_words(window, colours) == []


@BOTH
def test_lines_signs_and_the_focus_ring_can_be_seen(colours: Theme) -> None:
    for surface in ("window", "surface", "raised"):
        assert contrast(colours.accent, getattr(colours, surface)) >= 3, surface
    for line in ("series", "series_two", "truth", "blue", "orange", "points"):
        assert contrast(getattr(colours, line), colours.plot_background) >= 3, line
    for number in range(RUN_COLOUR_COUNT):
        assert contrast(run_colour(colours, number), colours.plot_background) >= 3, number
    for sign in ("good", "amber", "red"):
        assert contrast(getattr(colours, sign), colours.raised) >= 3, sign


@BOTH
def test_the_stylesheet_is_complete(colours: Theme) -> None:
    sheet = stylesheet(colours)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")


def test_chips_and_slider_handles_are_round(qtbot: QtBot) -> None:
    chip, slider = QToolButton(text="All well"), QSlider(Qt.Orientation.Horizontal)
    chip.setProperty("chip", True)
    chip.setFixedHeight(3 * GRID)
    for widget in (chip, slider):
        qtbot.addWidget(widget)
        widget.ensurePolished()
        widget.resize(120, widget.sizeHint().height())
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    handle = slider.style().subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    )
    for widget, round_one in ((chip, chip.rect()), (slider, handle)):
        image = widget.grab().toImage()
        assert image.pixelColor(round_one.topLeft()) != image.pixelColor(
            round_one.left(), round_one.center().y()
        )


@BOTH
def test_the_tick_of_a_disabled_check_box_is_visible(qtbot: QtBot, colours: Theme) -> None:
    set_theme("dark" if colours.dark else "light")
    box = QCheckBox()
    qtbot.addWidget(box)
    box.setChecked(True)
    box.setEnabled(False)
    box.ensurePolished()
    box.adjustSize()
    option = QStyleOptionButton()
    box.initStyleOption(option)
    inside = box.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, box)
    picture = box.grab(inside.adjusted(3, 3, -3, -3)).toImage()
    seen = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert max(contrast(one, other) for one in seen for other in seen) >= 3


def test_the_signs_differ_for_colour_blind_eyes() -> None:
    # Without red or green cones blue and orange stay distinct: they differ in the blue channel.
    for colours in (LIGHT, DARK):
        assert abs(QColor(colours.blue).blue() - QColor(colours.orange).blue()) > 120


def test_switching_the_theme_recolours_the_application_and_emits_a_signal(qtbot: QtBot) -> None:
    set_theme("light")
    with qtbot.waitSignal(notifier().changed) as emitted:
        set_theme("dark")
    assert emitted.args == [DARK]
    assert theme() is DARK
    assert QGuiApplication.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)


def test_the_theme_follows_the_system_if_wanted(qtbot: QtBot) -> None:
    set_theme("dark")
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme() is DARK
    set_theme("system")
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert theme() is (DARK if dark else LIGHT)


def test_icons_follow_the_theme(qtbot: QtBot) -> None:
    set_theme("light")
    button, label = QPushButton(), QLabel()
    qtbot.addWidget(button)
    qtbot.addWidget(label)
    action = QAction(button)
    for target in (button, label, action):
        set_icon(target, "plus")
    assert _near(_stroke(button.icon().pixmap(16).toImage()), LIGHT.text)
    set_theme("dark")
    assert _near(_stroke(button.icon().pixmap(16).toImage()), DARK.text)
    assert _near(_stroke(action.icon().pixmap(16).toImage()), DARK.text)
    assert _near(_stroke(label.pixmap().toImage()), DARK.text)
    assert _near(_stroke(button.icon().pixmap(16, QIcon.Mode.Disabled).toImage()), DARK.disabled)


def test_an_icon_can_be_replaced(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    set_icon(button, "play", "on_accent")
    before = button.icon().pixmap(16).toImage()
    set_icon(button, "pause", "on_accent")
    assert button.icon().pixmap(16).toImage() != before
    set_theme("dark")
    assert button.icon().pixmap(16).toImage() == icon("pause", "on_accent").pixmap(16).toImage()


@pytest.mark.parametrize("small", [False, True])
def test_a_primary_button_keeps_the_room_for_its_words_in_focus(qapp: QApplication, small: bool) -> None:
    button = QPushButton("Recover")
    make_primary(button)
    button.setProperty("small", small)
    button.ensurePolished()
    button.resize(button.sizeHint())
    option = QStyleOptionButton()
    button.initStyleOption(option)
    contents = QStyle.SubElement.SE_PushButtonContents
    before = button.style().subElementRect(contents, option, button)
    option.state |= QStyle.StateFlag.State_HasFocus
    assert button.style().subElementRect(contents, option, button) == before


def test_every_icon_draws_something(qapp: QApplication) -> None:
    names = [path.stem for path in resource("icons").glob("*.svg")]
    assert len(names) > 25
    for name in names:
        image = icon(name).pixmap(16).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(16) for y in range(16)), name
    assert not application_icon().pixmap(64).isNull()


def test_an_icon_without_room_is_empty(qapp: QApplication) -> None:
    room = QPixmap(10, 10)
    painter = QPainter(room)
    icon("play").paint(painter, QRect(0, 0, 0, 5))
    assert painter.end()


def test_figures_have_one_width(qapp: QApplication) -> None:

    metrics = QFontMetricsF(tabular_font())
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1


def _near(one: str, other: str) -> bool:
    """Whether colours are equal up to the rounding of a half-covered pixel."""
    pairs = zip(QColor(one).getRgb(), QColor(other).getRgb(), strict=True)
    return all(abs(a - b) <= 2 for a, b in pairs)


def _stroke(image: QImage) -> str:
    """Colour of the middle of a plus."""
    middle = image.width() // 2
    return image.pixelColor(middle, middle).name()

"""Stylesheet of the application, generated from a theme's colours.

Dynamic properties that widgets may set to true: `primary` (the one button that acts), `heading`, `muted`
and `badge` (labels), `small` (labels and buttons), `panel` (a frame in the panels' colour), `chip` (a state
in a word, to be opened), `plot` (a widget with the plots' background), `lesson` (a text on that
background), `toggle` (a small switch), which may be `narrow`, `icon` (a chooser of icons), `headings` (a list
with headings that can't be chosen), `clicked` (an input that a click gave the focus to), `problem` (an input
that needs attention), `message` with the value 'info', 'warning' or 'error' (a message bar's frame). Spin
boxes are only in Qt's colour dialog.
"""

from string import Template

from cadl_desktop.resources import resource
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, TARGET, Theme, blend

_BASE = """
QMainWindow, QDialog { background: $window; }
QDialogButtonBox, QMessageBox { dialogbuttonbox-buttons-have-icons: 0; }
QMainWindow::separator { background: $window; width: ${half}px; height: ${half}px; }
QMainWindow::separator:hover { background: $accent; }
QToolBar { background: $window; border: 0; border-bottom: 1px solid $border; padding: 2px ${grid}px;
    spacing: ${half}px; qproperty-iconSize: 16px 16px; }
QToolBar#timeline { border-bottom: 0; border-top: 1px solid $border; padding: 1px ${grid}px; }
QToolBar::separator { background: $border; width: 1px; margin: ${half}px ${half}px; }
QDockWidget { color: $muted; font-weight: 600; font-size: ${small}px; }
QDockWidget::title { background: $window; padding: 6px ${grid}px; text-align: left; }
QDockWidget::close-button, QDockWidget::float-button { border: 1px solid transparent;
    border-radius: ${radius}px; padding: 0; min-width: ${target}px; min-height: ${target}px;
    subcontrol-origin: margin; subcontrol-position: center right; right: ${half}px; }
QDockWidget::float-button { right: 30px; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $hover; }
QDockWidget > QWidget { background: $surface; }
QWidget[plot="true"], QDockWidget > QWidget[plot="true"] { background: $plot_background; }
QStatusBar { background: $window; border-top: 1px solid $border; color: $muted; }
QStatusBar::item { border: 0; }
QStatusBar QToolButton { border: 0; padding: 0 ${half}px; font-size: ${small}px; }
QSizeGrip { image: none; width: 0; height: 0; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
QFrame[panel="true"] { background: $surface; border: 1px solid $border; border-radius: ${radius}px; }
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: ${half}px 6px; }
"""

_TEXT = """
QLabel { background: transparent; }
QLabel:disabled { color: $disabled; }
QLabel[heading="true"], QToolButton[heading="true"] { color: $muted; font-weight: 600;
    font-size: ${small}px; }
QLabel[badge="true"] { background: $accent; color: $on_accent; border-radius: 3px; padding: 0 6px;
    font-size: ${small}px; font-weight: 600; }
QLabel[small="true"] { font-size: ${small}px; }
QLabel[muted="true"] { color: $muted; }
QFrame[message="info"] { background: $raised; border: 1px solid $border; border-radius: ${radius}px; }
QFrame[message="warning"] { background: $warning_surface; border: 1px solid $border;
    border-radius: ${radius}px; }
QFrame[message="error"] { background: $error_surface; border: 1px solid $border; border-radius: ${radius}px; }
"""

_BUTTONS = """
QPushButton { background: $raised; color: $text; border: 1px solid $border; border-radius: ${radius}px;
    padding: 3px 12px; min-height: 20px; }
QPushButton[small="true"] { font-size: ${small}px; padding: 2px ${grid}px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $border; }
QPushButton:focus { border: 1px solid $accent; outline: 0; }
QPushButton:disabled { color: $disabled; background: $surface; border-color: $grid_line; }
QPushButton[primary="true"], QToolButton[primary="true"] { background: $accent; color: $on_accent;
    border: 1px solid $accent; font-weight: 600; }
QPushButton[primary="true"]:hover, QToolButton[primary="true"]:hover { background: $accent_hover;
    border-color: $accent_hover; }
QPushButton[primary="true"]:focus, QToolButton[primary="true"]:focus { border: 3px double $on_accent;
    padding: 1px 10px; }
QPushButton[primary="true"][small="true"]:focus { padding: 0 6px; }
QPushButton[primary="true"]:disabled, QToolButton[primary="true"]:disabled { background: $hover;
    color: $disabled; border-color: $hover; }
QToolButton { background: transparent; color: $text; border: 1px solid transparent;
    border-radius: ${radius}px; padding: 3px; }
QToolButton[primary="true"] { padding: 3px 12px; }
QToolButton[chip="true"] { background: $raised; border-color: $border; border-radius: 12px;
    padding: 2px 10px 2px ${grid}px; font-size: ${small}px; font-weight: 600; }
QToolButton[chip="true"]:focus { border-color: $accent; }
QToolButton[toggle="true"] { background: $raised; border-color: $border; color: $muted;
    padding: 1px ${grid}px; font-size: ${small}px; min-height: ${tool_target}px; }
QToolButton[toggle="true"][narrow="true"] { padding: 1px ${half}px; }
QToolButton[toggle="true"]:checked { background: $chosen; border-color: $accent; color: $text; }
QToolButton[toggle="true"]:hover { border-color: $muted; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $hover; border-color: $border; }
QToolButton:focus { border-color: $accent; outline: 0; }
QToolButton[toggle="true"]:checked:focus { border: 2px solid $accent; padding: 0 7px; }
QToolButton[toggle="true"][narrow="true"]:checked:focus { padding: 0 3px; }
QToolButton:disabled { color: $disabled; }
QToolButton::menu-indicator { image: none; }
QToolButton::menu-button { border: none; }
QToolButton[popupMode="2"] { padding-right: 18px; }
QToolButton[popupMode="2"]::menu-indicator { image: $down; width: 12px; height: 12px;
    subcontrol-position: right center; right: 4px; }
"""

_INPUTS = """
QLineEdit, QSpinBox, QComboBox, QPlainTextEdit, QTextEdit { background: $raised; color: $text;
    border: 1px solid $border; border-radius: ${radius}px; padding: 2px 6px; min-height: 20px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:hover, QSpinBox:hover, QComboBox:hover { border-color: $muted; }
QLineEdit:focus, QSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 1px solid $accent; }
QTextEdit[lesson="true"] { background: $plot_background; border: 1px solid transparent; border-radius: 0; }
QTextEdit[lesson="true"]:focus { border-color: $accent; }
QComboBox[clicked="true"]:focus { border-color: $border; }
QLineEdit[problem="true"], QComboBox[problem="true"] { border: 1px solid $orange; }
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { color: $disabled; background: $surface;
    border-color: $grid_line; }
QLineEdit:disabled { placeholder-text-color: $muted; }
QLineEdit { padding: 2px 4px; }
QSpinBox { padding: 2px 0; }
QAbstractSpinBox QLineEdit { background: transparent; border: 0; padding: 0 4px; min-height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border; width: 18px;
    border: 0; background: transparent; }
QAbstractSpinBox::up-button { subcontrol-position: top right; border-top-right-radius: ${radius}px;
    margin: 1px 1px 0 0; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; border-bottom-right-radius: ${radius}px;
    margin: 0 1px 1px 0; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-arrow { image: $up; width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: $down; width: 10px; height: 10px; }
QAbstractSpinBox::up-arrow:off, QAbstractSpinBox::up-arrow:disabled { image: $up_off; }
QAbstractSpinBox::down-arrow:off, QAbstractSpinBox::down-arrow:disabled { image: $down_off; }
QComboBox { padding: 2px 0 2px 6px; }
QComboBox::drop-down { subcontrol-origin: border; subcontrol-position: center right; width: 20px; border: 0; }
QComboBox::down-arrow { image: $down; width: 12px; height: 12px; }
QComboBox::down-arrow:disabled { image: $down_off; }
QComboBox[icon="true"]::drop-down { width: 0; }
QComboBox[icon="true"]::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border; outline: 0;
    selection-background-color: $hover; selection-color: $text; padding: 2px; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; }
QCheckBox { spacing: ${grid}px; background: transparent; min-height: ${target}px;
    border: 1px solid transparent; border-radius: ${radius}px; padding-right: ${half}px; }
QCheckBox:disabled { color: $disabled; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $muted; border-radius: 3px;
    background: $raised; }
QCheckBox::indicator:hover, QCheckBox:focus { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: $check; }
QCheckBox::indicator:disabled { border-color: $border; background: $surface; }
QCheckBox::indicator:checked:disabled { background: $muted; border-color: $muted; }
QSlider { background: transparent; min-height: ${target}px; border: 1px solid transparent;
    border-radius: ${radius}px; }
QSlider:focus { border-color: $accent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $border; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: 13px; height: 12px; margin: -5px 0; border-radius: 7px;
    background: $raised; border: 1px solid $muted; }
QSlider::handle:horizontal:hover { border-color: $accent; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; width: 11px; height: 10px; }
QSlider::sub-page:horizontal:disabled { background: $border; }
QSlider::handle:horizontal:disabled { background: $surface; border-color: $border; }
"""

_LISTS = """
QScrollBar { background: transparent; border: 0; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTabBar { background: $window; }
QTabBar::tab { background: transparent; color: $muted; padding: 6px 12px; border: 0;
    border-bottom: 2px solid transparent; }
QMainWindow > QTabBar::tab { padding: 6px 8px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { background: $hover; border: 1px solid $accent; border-bottom-width: 2px;
    border-radius: ${radius}px; padding: 5px 11px 6px 11px; }
QMainWindow > QTabBar::tab:focus { padding: 5px 7px 6px 7px; }
QMenuBar { background: $window; border-bottom: 1px solid $border; }
QMenuBar::item { background: transparent; padding: ${half}px ${grid}px; border-radius: ${radius}px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; border: 1px solid $border; padding: ${half}px; }
QMenu::item { padding: 5px 24px 5px ${grid}px; border-radius: ${radius}px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $disabled; }
QMenu::icon { padding-left: ${grid}px; }
QMenu::separator { height: 1px; background: $border; margin: ${half}px ${grid}px; }
QListWidget, QListView, QTreeView, QTableView { background: $raised; border: 1px solid $border;
    border-radius: ${radius}px; outline: 0; alternate-background-color: $surface; }
QListWidget:focus, QListView:focus, QTreeView:focus, QTableView:focus { border: 1px solid $accent; }
QListWidget::item, QListView::item { border-radius: ${radius}px; padding: ${half}px; color: $text; }
QListWidget::item:hover, QListView::item:hover { background: $hover; }
QListWidget::item:selected, QListView::item:selected { background: $chosen; color: $text; }
QListWidget::item:disabled, QListView::item:disabled { color: $disabled; }
QListWidget[headings="true"]::item:disabled { color: $muted; }
QListWidget::item:selected:disabled, QListView::item:selected:disabled { background: $hover; }
QTreeView::item { padding: 2px 0; color: $text; }
QTableView::item { padding: 0 ${half}px; }
QTreeView::item:hover { background: $hover; }
QTreeView::item:selected, QTableView::item:selected { background: $chosen; color: $text; }
QHeaderView::section { background: $surface; color: $muted; border: 0; font-size: ${small}px;
    border-bottom: 1px solid $border;
    padding: ${half}px ${grid}px; }
QHeaderView::up-arrow, QHeaderView::down-arrow { subcontrol-origin: border; subcontrol-position: top center;
    width: 10px; height: 10px; }
QHeaderView::up-arrow { image: $up; }
QHeaderView::down-arrow { image: $down; }
QTableCornerButton::section { background: $surface; border: 0; border-bottom: 1px solid $border; }
QTableView QHeaderView { background: $surface; }
QProgressBar { background: $border; border: 0; border-radius: 2px; max-height: 4px; min-height: 4px;
    color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
"""


def stylesheet(colours: Theme) -> str:
    words = {name: value for name, value in vars(colours).items() if isinstance(value, str)}
    tone = "dark" if colours.dark else "light"
    words |= {name: _url(f"control-{name}-{tone}.svg") for name in ("up", "down", "check")}
    words |= {f"{name}_off": _url(f"control-{name}-off.svg") for name in ("up", "down")}
    words |= {"grid_line": colours.grid, "grid": str(GRID), "half": str(GRID // 2)}
    # within a border of 1 px; of tool buttons also within a padding, and Qt adds 3 px to their height
    words |= {"target": str(TARGET - 2), "tool_target": str(TARGET - 7)}
    words |= {"radius": str(RADIUS), "small": str(SMALL)}
    words |= {
        "scroll": blend(colours.border, colours.muted, 0.35),
        "chosen": blend(colours.raised, colours.accent, 0.22),
    }
    return Template(_BASE + _TEXT + _BUTTONS + _INPUTS + _LISTS).substitute(words)


def _url(name: str) -> str:
    return f'url("{resource("icons", name).as_posix()}")'

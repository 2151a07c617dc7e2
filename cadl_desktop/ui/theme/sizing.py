"""The interface at another size: fonts, icons, distances and fixed sizes of all widgets.

Widgets are made for 100 %. What a stylesheet says of sizes is written anew (`stylesheet.py`), fonts come
from `text_font`, and whoever paints asks `scaled`; the rest is set here: of every widget that there is when
the size changes, and of every new one when it is polished, which is before it is first shown.
"""

from collections.abc import Callable, Iterator
from typing import Any, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QGridLayout,
    QLayout,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QToolBar,
    QWidget,
)

from cadl_desktop.ui.theme.theme import notifier
from cadl_desktop.ui.theme.turns import living, pieces

_BASE = "sizes_at_100"
_NO_LIMIT = 16_777_215
_ICONS = frozenset(
    {
        QStyle.PixelMetric.PM_SmallIconSize,
        QStyle.PixelMetric.PM_ButtonIconSize,
        QStyle.PixelMetric.PM_ToolBarIconSize,
        QStyle.PixelMetric.PM_ListViewIconSize,
        QStyle.PixelMetric.PM_TabBarIconSize,
    }
)


class SizedStyle(QProxyStyle):
    """Fusion, with what is new at the size of all else."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def polish(self, polished: Any) -> Any:
        found = super().polish(polished)
        if isinstance(polished, QWidget) and notifier().size != 1.0 and polished.property(_BASE) is None:
            _resize(polished, 1.0, notifier().size)
        return found

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        found = super().pixelMetric(metric, option, widget)
        return round(found * notifier().size) if metric in _ICONS else found


def polish_all() -> None:
    """To be done before the size changes: whatever is polished after it has its earlier font again."""
    for widget in QApplication.allWidgets():
        margins = widget.contentsMargins()
        widget.ensurePolished()
        widget.setContentsMargins(margins)


def resizing(before: float, now: float, dressing: Iterator[None]) -> Iterator[None]:
    """Brings every widget that there is from one size to another, step by step; 1 is 100 %. `dressing` puts
    the stylesheet of the new size on, which resizes whatever it speaks of."""
    bases: dict[QWidget, _Base] = {}
    for piece in pieces(QApplication.allWidgets()):
        bases |= {widget: _resize(widget, before, now) for widget in piece}
        yield
    fonts = {widget: widget.font().pixelSize() for widget in living([*bases]) if _has_own_font(widget)}
    yield from dressing
    for widget in living([*fonts]):
        font, base = widget.font(), _Base(widget, before, now)
        font.setPixelSize(base.font(fonts[widget]))
        widget.setFont(font)
        base.keep()
    yield
    for piece in pieces([*bases]):
        for widget in piece:
            # Qt takes them from a frame that is smaller than they are when it is dressed anew.
            around = bases[widget].known("around")
            if around is not None:
                widget.setContentsMargins(*(_at(size, now) for size in around))
            ask_anew(widget)
        yield


def ask_anew(widget: QWidget) -> None:
    """Forgets how much room a widget's parts asked for. Qt does so of what can be seen only."""
    layout = widget.layout()
    for each in (*layout.findChildren(QLayout), layout) if layout is not None else ():
        each.invalidate()
    widget.updateGeometry()


def _resize(widget: QWidget, before: float, now: float) -> "_Base":
    base = _Base(widget, before, now)
    if not widget.isWindow() and not isinstance(widget, QDockWidget):  # whose layout sets them
        least, most = widget.minimumSize(), widget.maximumSize()
        base.put("least", [least.width(), least.height()], widget.setMinimumSize)
        base.put("most", [most.width(), most.height()], widget.setMaximumSize)
    margins = widget.contentsMargins()
    around = [margins.left(), margins.top(), margins.right(), margins.bottom()]
    base.put("around", around, widget.setContentsMargins)
    if isinstance(widget, QAbstractButton) and not _follows_style(widget, base):
        icon = widget.iconSize()
        widget.setIconSize(QSize(*base.of("icon", [icon.width(), icon.height()])))
    layout = widget.layout()
    if layout is not None and not isinstance(widget, QToolBar):  # whose distances the stylesheet gives
        _resize_layout(layout, base, "layout")
    base.keep()
    return base


def _follows_style(button: QAbstractButton, base: "_Base") -> bool:
    """Whether nobody has given its icon a size, so that it has the style's, which is as it is to be."""
    metric = button.style().pixelMetric(QStyle.PixelMetric.PM_ButtonIconSize, None, button)
    return base.known("icon") is None and button.iconSize() == QSize(metric, metric)


def _has_own_font(widget: QWidget) -> bool:
    return widget.testAttribute(Qt.WidgetAttribute.WA_SetFont) and widget.font().pixelSize() > 0


def _resize_layout(layout: QLayout, base: "_Base", name: str) -> None:
    margins = layout.contentsMargins()
    around = [margins.left(), margins.top(), margins.right(), margins.bottom()]
    base.put(f"{name} around", around, layout.setContentsMargins)
    if isinstance(layout, QGridLayout):
        apart = [layout.horizontalSpacing(), layout.verticalSpacing()]
        across, down = base.of(f"{name} apart", apart)
        layout.setHorizontalSpacing(across)
        layout.setVerticalSpacing(down)
    elif layout.spacing() > 0:
        layout.setSpacing(base.of(f"{name} apart", [layout.spacing()])[0])
    # Not its items: Python would keep spacers under addresses that Qt gives to the next layout.
    for index, inner in enumerate(layout.children()):
        if isinstance(inner, QLayout):
            _resize_layout(inner, base, f"{name} {index}")


class _Base:
    """What a widget's sizes are at 100 %, so that nothing is lost by rounding from one size to the next."""

    def __init__(self, widget: QWidget, before: float, now: float) -> None:
        self._widget = widget
        self._known = cast("dict[str, list[int]] | None", widget.property(_BASE)) or {}
        self._before, self._now = before, now

    def keep(self) -> None:
        self._widget.setProperty(_BASE, self._known)

    def known(self, name: str) -> list[int] | None:
        """These sizes at 100 %, where they are known."""
        return self._known.get(name)

    def font(self, shown: int) -> int:
        """The size of a font as it is to be now. What is shown isn't asked again: a stylesheet that is put on
        brings earlier fonts back for a moment."""
        (known,) = self._known.setdefault("font", [round(shown / self._before)])
        return _at(known, self._now)

    def put(self, name: str, shown: list[int], put: Callable[..., None]) -> None:
        """Sets these sizes to what they are to be now, unless that is what they are."""
        if all(map(_is_free, shown)):
            self._known[name] = shown
        else:
            put(*self.of(name, shown))

    def of(self, name: str, shown: list[int]) -> list[int]:
        """These sizes as they are to be now; what somebody has changed meanwhile counts as it stands."""
        known = self._known.get(name)
        if known is None or [_at(size, self._before) for size in known] != shown:
            known = [size if _is_free(size) else round(size / self._before) for size in shown]
        self._known[name] = known
        return [_at(size, self._now) for size in known]


def _at(size: int, factor: float) -> int:
    return size if _is_free(size) else max(1, round(size * factor))


def _is_free(size: int) -> bool:
    return size <= 0 or size >= _NO_LIMIT

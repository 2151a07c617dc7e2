"""One set of icons, drawn in the theme's colours and drawn again when they change."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QObject, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel

from cadl_desktop.resources import resource
from cadl_desktop.ui.theme.theme import Theme, notifier, theme

SIZE = 16

Target = QAbstractButton | QAction | QLabel


def icon(name: str, colour: str = "text") -> QIcon:
    """The icon `name` in one of the current theme's colours; greyed where it is disabled."""
    return QIcon(_Engine(name, colour, theme()))


def pixmap(name: str, colour: str = "text", size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """The icon `name` for a label, `size` wide, for a screen of so many pixels per unit."""
    return _kept(name, getattr(theme(), colour), size, ratio)


def application_icon() -> QIcon:
    """What stands in the task bar."""
    return QIcon(str(resource("icons", "cadl_desktop.svg")))


def set_icon(target: Target, name: str, colour: str = "text") -> None:
    """Shows an icon on a button, an action or a label, and keeps it in the theme's colours."""
    keeper = target.findChild(_Keeper, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if keeper is None:
        keeper = _Keeper(target)
    keeper.show(name, colour)


class _Keeper(QObject):
    """Lives and dies with the thing whose icon it keeps, so nothing has to be forgotten by hand."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self._target = target
        self._name, self._colour = "", "text"
        notifier().changed.connect(self._refresh)

    def show(self, name: str, colour: str) -> None:
        self._name, self._colour = name, colour
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if isinstance(self._target, QLabel):
            ratio = self._target.devicePixelRatioF()
            self._target.setPixmap(pixmap(self._name, self._colour, SIZE, ratio))
            return
        self._target.setIcon(icon(self._name, self._colour))
        if isinstance(self._target, QAbstractButton):
            self._target.setIconSize(QSize(SIZE, SIZE))


class _Engine(QIconEngine):
    """Draws when something is painted: most icons of a window are in menus and parts that aren't open.

    Without `clone`, which Qt calls where something is added to an icon, and nothing ever is to these.
    """

    def __init__(self, name: str, colour: str, colours: Theme) -> None:
        super().__init__()
        self._name, self._colour, self._colours = name, colour, colours

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        # The size is without the scale.
        colour = "disabled" if mode == QIcon.Mode.Disabled else self._colour
        return _kept(self._name, getattr(self._colours, colour), size.width(), scale)


@lru_cache(maxsize=512)
def _kept(name: str, paint: str, size: int, ratio: float) -> QPixmap:
    return _drawn(_svg(name, paint), size, ratio)


def _svg(name: str, paint: str) -> bytes:
    return _drawing(name).replace("currentColor", paint).encode()


@cache
def _drawing(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def _drawn(svg: bytes, size: int, ratio: float) -> QPixmap:
    image = QPixmap(round(size * ratio), round(size * ratio))
    if image.isNull():  # a list that is squeezed has no room for it
        return image
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, image.width(), image.height()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image

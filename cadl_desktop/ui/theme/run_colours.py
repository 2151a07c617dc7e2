"""The colours by which runs are told apart, in the list and in the cost plot alike."""

from cadl_desktop.ui.theme.theme import Theme

_LIGHT = ("#3b6fb6", "#b8741a", "#8257b5", "#c24a5a", "#5f7f1e", "#2f8fa8", "#8a5a3c", "#c2529b")
_DARK = ("#7da9e8", "#e0a44e", "#b394e6", "#ee8390", "#a3c45a", "#67c3d9", "#c99b7d", "#eb8fcb")
COUNT = len(_LIGHT)


def run_colour(colours: Theme, number: int) -> str:
    """That of the run of this number, '#rrggbb': neighbours in time differ, and the next one after all of
    them begins again."""
    return (_DARK if colours.dark else _LIGHT)[number % COUNT]

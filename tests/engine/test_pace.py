"""When a picture is due."""

from cadl_desktop.engine import Control
from cadl_desktop.engine.training.pace import PICTURE_SHARE, Pace


def after_a_slow_picture(picture_seconds: float | None) -> Pace:
    pace = Pace(Control(picture_seconds=picture_seconds))
    pace.measure_seconds = 60 * PICTURE_SHARE
    pace.note_picture()
    return pace


def test_pictures_as_often_as_possible_still_leave_most_of_the_time_to_training() -> None:
    pace = after_a_slow_picture(0)
    assert pace.picture_due(milestone=False)
    assert not pace.picture_due_amid()


def test_no_pictures_are_wanted_at_milestones_either() -> None:
    pace = Pace(Control(picture_seconds=None))
    assert not pace.picture_due(milestone=True)
    assert not pace.picture_due_amid()


def test_a_milestone_needs_a_picture_whatever_the_age_of_the_last() -> None:
    pace = after_a_slow_picture(60)
    assert not pace.picture_due(milestone=False)
    assert pace.picture_due(milestone=True)


def test_how_old_pictures_may_become_is_read_while_training() -> None:
    control = Control(picture_seconds=60)
    pace = Pace(control)
    pace.note_picture()
    assert not pace.picture_due_amid()
    control.picture_seconds = 0
    assert pace.picture_due_amid()

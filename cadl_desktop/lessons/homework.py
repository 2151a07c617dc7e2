"""When the homework is done."""

from cadl_desktop.lessons.page import Studio

EPOCHS = 100


def homework_done(studio: Studio) -> bool:
    """An own picture was learned for a while, which has made it better, and the homework was exported."""
    is_own = studio.experiment.data.as_dict().get("source") == "own"
    learned = studio.epochs >= EPOCHS and studio.cost < studio.first_cost
    return is_own and learned and "homework" in studio.exported

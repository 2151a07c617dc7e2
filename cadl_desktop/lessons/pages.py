"""The pages in the order in which they are read."""

from functools import partial

from cadl_desktop.experiment import preset
from cadl_desktop.lessons.demonstrations.activations import Activations
from cadl_desktop.lessons.demonstrations.error_and_cost import ErrorAndCost
from cadl_desktop.lessons.demonstrations.learning_rate import LearningRate
from cadl_desktop.lessons.demonstrations.many_valleys import ManyValleys
from cadl_desktop.lessons.demonstrations.rolling_downhill import RollingDownhill
from cadl_desktop.lessons.demonstrations.two_parameters import TwoParameters
from cadl_desktop.lessons.page import Page, Trial
from cadl_desktop.sentences import said

LINE = Trial("line", said("One neuron draws a line"), partial(preset, "lecture-line"))
TANH = Trial("tanh", said("Ten neurons draw a curve"), partial(preset, "lecture-tanh"))

PAGES: tuple[Page, ...] = (
    Page(
        "01-error-and-cost",
        said("Error and cost"),
        said("Find the threshold that makes the fewest mistakes, and say so."),
        ErrorAndCost,
        (LINE,),
    ),
    Page(
        "02-rolling-downhill",
        said("Rolling downhill"),
        said("From at least half a unit away, come by steps to within a hundredth of the lowest place."),
        RollingDownhill,
        (LINE,),
    ),
    Page(
        "03-many-valleys",
        said("Many valleys"),
        said("Find a start that ends in a local minimum and one that ends in the global, and say so."),
        ManyValleys,
        (TANH,),
    ),
    Page(
        "04-learning-rate",
        said("The learning rate"),
        said("Find the largest learning rate with which the descent still settles, and say so."),
        LearningRate,
        (LINE,),
    ),
    Page(
        "05-two-parameters",
        said("Two parameters"),
        said("Find a start from which two of the four methods arrive in different valleys."),
        TwoParameters,
        (TANH,),
    ),
    Page(
        "11-activations",
        said("Activations"),
        said("Bend ten neurons by hand until the mean error of their sum is below 0.30."),
        Activations,
        (TANH,),
    ),
)

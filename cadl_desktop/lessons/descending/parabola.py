"""The simplest cost there is, theta squared, and one step downhill on it: the lecture's L1."""


def cost(theta: float) -> float:
    """J(theta)."""
    return theta**2


def slope(theta: float) -> float:
    """How fast the cost rises there with theta: the derivative of J."""
    return 2 * theta


def step(theta: float, rate: float) -> float:
    """Where theta is after one step of gradient descent (Cauchy, 1847)."""
    return theta - rate * slope(theta)

"""Processes: the ways in which drifts come about. Each is a function that plays one on a stage.

A process picks what it needs first, so that it has done nothing when it ends with NoPartError.
"""

from collections.abc import Callable

from engine.model import Category
from ml.scenarios.processes import automated, emergency, rollout, troubleshooting, unauthorized
from ml.scenarios.stage import Stage

Process = Callable[[Stage], None]

#: The processes of each cause.
PROCESSES: dict[Category, tuple[Process, ...]] = {
    Category.EMERGENCY_FIX: emergency.PROCESSES,
    Category.MANUAL_TROUBLESHOOTING: troubleshooting.PROCESSES,
    Category.AUTOMATED_PROCESS: automated.PROCESSES,
    Category.INCOMPLETE_ROLLOUT: rollout.PROCESSES,
    Category.UNAUTHORIZED_CHANGE: unauthorized.PROCESSES,
}

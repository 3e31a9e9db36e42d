"""Links events to differences: who made the change, when, and what else bears on it."""

from engine.correlate.anomaly import shifts_of
from engine.correlate.attribution import attribute
from engine.correlate.groups import groups_of
from engine.correlate.names import names_of
from engine.correlate.topology import service_of

__all__ = ["attribute", "groups_of", "names_of", "service_of", "shifts_of"]

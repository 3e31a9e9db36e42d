"""What is unusual: in metrics over time, and in what people and programs do."""

from engine.correlate.anomaly.behaviour import Behaviour
from engine.correlate.anomaly.detector import ANOMALOUS, Detector
from engine.correlate.anomaly.shifts import shifts_of

__all__ = ["ANOMALOUS", "Behaviour", "Detector", "shifts_of"]

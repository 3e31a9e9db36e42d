"""What is unusual: in metrics over time, and in what people and programs do."""

from engine.correlate.anomaly.detector import ANOMALOUS, Detector

__all__ = ["ANOMALOUS", "Detector"]

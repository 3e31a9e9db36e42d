"""Carrying out a change request with the tool that the resource belongs to: prepared first, approved, then executed."""

from engine.remediate.choosing import remedy_for
from engine.remediate.remedy import Outcome, Remedy, Workplace

__all__ = ["Outcome", "Remedy", "Workplace", "remedy_for"]

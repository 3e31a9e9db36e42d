"""Calls on types that no table names: what they switch is told by their name."""

import pytest

from engine.correlate.operations.likeness import ByLikeness
from engine.correlate.operations.said import Said
from engine.model import Change, ResourceRef
from engine.providers import load_knowledge
from tests.support.cases import call

REF = ResourceRef("aws", "aws_unheard_of", "thing")


@pytest.mark.parametrize(
    ("operation", "path", "actual", "said"),
    [
        ("DisableKeyRotation", "enable_key_rotation", False, Said.YES),
        ("EnableKeyRotation", "enable_key_rotation", False, Said.OTHERWISE),
        ("DisableRule", "state", "DISABLED", Said.YES),
        ("EnableRule", "state", "DISABLED", Said.OTHERWISE),
        ("DisableAlarmActions", "actions_enabled", False, Said.YES),
        ("SuspendContactFlow", "status", "Suspended", Said.YES),
        ("DisableKeyRotation", "multi_region", False, Said.NOTHING),
        ("DisableRule", "schedule_expression", "rate(5 minutes)", Said.NOTHING),
    ],
)
def test_switches(operation: str, path: str, actual: object, said: Said) -> None:
    change = Change(path, not actual if isinstance(actual, bool) else "ENABLED", actual)
    assert ByLikeness(load_knowledge()).says(call("14 09:30", operation, {"name": "thing"}), change, REF) is said


@pytest.mark.parametrize(("seconds", "said"), [(300, Said.YES), (30, Said.OTHERWISE), (60, Said.NOTHING)])
def test_a_field_of_the_name_of_the_attribute(seconds: int, said: Said) -> None:
    change = Change("health_check_grace_period_seconds", 30, 300)
    update = call("14 09:30", "UpdateService", {"service": "thing", "healthCheckGracePeriodSeconds": seconds})
    assert ByLikeness(load_knowledge()).says(update, change, REF) is said

"""The kinds of source there are. Adding one is a file with its collector and one entry here."""

from importlib import import_module
from typing import Any, cast

from msgspec import Struct

from engine.collectors.base import Collector, Settings
from engine.model import SourceRole


class Kind(Struct, frozen=True):
    """`module` holds the classes `Settings` and `Source`; it is imported when a source of the kind is used.

    `folder` is where a bundle keeps recorded input of this kind. `settings_at` is a module with the name of a class
    in it, for a kind whose settings lie apart: a configuration is checked without importing what reads the source.
    """

    role: SourceRole
    module: str
    folder: str
    settings_at: str = ""

    def settings(self) -> type[Settings]:
        """The struct that the source's table in the configuration is checked against."""
        module, _, name = self.settings_at.partition(":")
        return cast("type[Settings]", getattr(import_module(module or self.module), name or "Settings"))

    def build(self, settings: Any) -> Collector:
        """The collector for these settings. Opens nothing yet."""
        return cast("Collector", import_module(self.module).Source(settings))


_TERRAFORM = "engine.collectors.declared.terraform_settings"

KINDS: dict[str, Kind] = {
    "terraform_state": Kind(
        SourceRole.DECLARED, "engine.collectors.declared.terraform_state", "terraform", f"{_TERRAFORM}:StateSettings"
    ),
    "terraform_code": Kind(
        SourceRole.DECLARED, "engine.collectors.declared.terraform_code", "terraform", f"{_TERRAFORM}:CodeSettings"
    ),
    "terraform_plan": Kind(
        SourceRole.DECLARED, "engine.collectors.declared.terraform_plan", "plans", f"{_TERRAFORM}:PlanSettings"
    ),
    "cloudformation": Kind(SourceRole.DECLARED, "engine.collectors.declared.cloudformation", "cloudformation"),
    "aws": Kind(SourceRole.ACTUAL, "engine.collectors.actual.aws", "aws"),
    "azure_resource_graph": Kind(SourceRole.ACTUAL, "engine.collectors.actual.azure", "azure"),
    "gcp_assets": Kind(SourceRole.ACTUAL, "engine.collectors.actual.gcp_assets", "gcp"),
    "cloudtrail": Kind(SourceRole.EVENTS, "engine.collectors.events.cloudtrail", "cloudtrail"),
    "azure_activity": Kind(SourceRole.EVENTS, "engine.collectors.events.azure_activity", "azure-activity"),
    "gcp_audit_logs": Kind(SourceRole.EVENTS, "engine.collectors.events.gcp_audit", "gcp-audit"),
    "git": Kind(SourceRole.EVENTS, "engine.collectors.events.git", "repos"),
    "kubernetes_audit": Kind(SourceRole.EVENTS, "engine.collectors.events.kubernetes_audit", "kubernetes-audit"),
    "kubernetes_manifests": Kind(SourceRole.DECLARED, "engine.collectors.declared.kubernetes_manifests", "manifests"),
    "kubernetes": Kind(SourceRole.ACTUAL, "engine.collectors.actual.kubernetes", "kubernetes"),
    "jira": Kind(SourceRole.EVENTS, "engine.collectors.events.jira", "jira"),
    "servicenow": Kind(SourceRole.EVENTS, "engine.collectors.events.servicenow", "servicenow"),
    "aws_config_history": Kind(SourceRole.EVENTS, "engine.collectors.events.aws_config_history", "aws-config-history"),
    "prometheus": Kind(SourceRole.EVENTS, "engine.collectors.events.prometheus", "prometheus"),
    "cloudwatch": Kind(SourceRole.EVENTS, "engine.collectors.events.cloudwatch", "cloudwatch"),
    "gcp_monitoring": Kind(SourceRole.EVENTS, "engine.collectors.events.gcp_monitoring", "gcp-monitoring"),
    "azure_monitor": Kind(SourceRole.EVENTS, "engine.collectors.events.azure_monitor", "azure-monitor"),
}

"""How serious changes of objects in a cluster are."""

from typing import Any

import pytest

from engine.model import Attribution, Category, Cause, DriftKind, Level
from ml.severity import assess_severity
from ml.severity_rules import rules_in
from tests.support.severity import difference, modified, rules_of

DEPLOYMENT, DAEMONS, CRON, POD = "apps/v1/Deployment", "apps/v1/DaemonSet", "batch/v1/CronJob", "v1/Pod"
ROLE, BINDING = "rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/RoleBinding"
CLUSTER_ROLE, CLUSTER_BINDING = ROLE.replace("Role", "ClusterRole"), BINDING.replace("Role", "ClusterRole", 1)
POLICY, INGRESS = "networking.k8s.io/v1/NetworkPolicy", "networking.k8s.io/v1/Ingress"
SCALER = "autoscaling/v2/HorizontalPodAutoscaler"
HOOK = "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration"
SPEC = "spec.template.spec"
CONTAINER = f"{SPEC}.containers[0]"


def group(name: str) -> dict[str, str]:
    return {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": name}


WEB = {"podSelector": {"matchLabels": {"app": "web"}}}

#: One change for each rule: type, path, declared, actual, and the rule that must be among those that apply.
CASES: list[tuple[str, str, Any, Any, str]] = [
    (DEPLOYMENT, f"{CONTAINER}.securityContext.privileged", None, True, "DG-K8S-001"),
    (DEPLOYMENT, f"{CONTAINER}.securityContext", None, {"privileged": True}, "DG-K8S-001"),
    (CRON, "spec.jobTemplate.spec.template.spec.initContainers[0].securityContext.privileged", False, True,
     "DG-K8S-001"),
    (POD, "spec.hostNetwork", None, True, "DG-K8S-002"),
    (DAEMONS, f"{SPEC}.volumes[3]", None, {"name": "root", "hostPath": {"path": "/"}}, "DG-K8S-003"),
    (DEPLOYMENT, f"{CONTAINER}.securityContext.capabilities.add", [], ["SYS_ADMIN"], "DG-K8S-004"),
    (DEPLOYMENT, f"{CONTAINER}.securityContext.runAsUser", 1000, 0, "DG-K8S-005"),
    (DEPLOYMENT, f"{SPEC}.securityContext.runAsNonRoot", True, False, "DG-K8S-006"),
    (DEPLOYMENT, f"{CONTAINER}.securityContext.allowPrivilegeEscalation", False, True, "DG-K8S-007"),
    (DEPLOYMENT, f"{SPEC}.securityContext.fsGroup", 100, 200, "DG-K8S-008"),
    (DEPLOYMENT, f"{SPEC}.serviceAccountName", "runner", "admin", "DG-K8S-009"),
    ("v1/ServiceAccount", "automountServiceAccountToken", False, True, "DG-K8S-010"),
    (DEPLOYMENT, f"{CONTAINER}.image", "shop:1", "shop:2", "DG-K8S-011"),
    (DEPLOYMENT, f"{SPEC}.containers[2]", None, {"name": "spy", "image": "spy:1"}, "DG-K8S-012"),
    (DEPLOYMENT, f"{SPEC}.containers[1]", {"name": "proxy", "image": "proxy:1"}, None, "DG-K8S-013"),
    (DEPLOYMENT, f"{CONTAINER}.args", ["serve"], ["debug"], "DG-K8S-014"),
    (DEPLOYMENT, f"{CONTAINER}.env[0].value", "info", "debug", "DG-K8S-015"),
    (DEPLOYMENT, f"{CONTAINER}.imagePullPolicy", "Always", "Never", "DG-K8S-016"),
    (DEPLOYMENT, "spec.replicas", 3, 0, "DG-K8S-020"),
    (DEPLOYMENT, "spec.replicas", 3, 1, "DG-K8S-021"),
    (SCALER, "spec.maxReplicas", 10, 100, "DG-K8S-022"),
    (SCALER, "spec.metrics[0].resource.target.averageUtilization", 80, 20, "DG-K8S-023"),
    (DEPLOYMENT, f"{CONTAINER}.resources.requests.cpu", "1", "2", "DG-K8S-024"),
    (DEPLOYMENT, f"{CONTAINER}.resources.limits.memory", "1Gi", None, "DG-K8S-025"),
    (DEPLOYMENT, f"{CONTAINER}.livenessProbe", {"httpGet": {"path": "/live"}}, None, "DG-K8S-026"),
    (DEPLOYMENT, "spec.paused", None, True, "DG-K8S-027"),
    (CRON, "spec.schedule", "0 3 * * *", "*/5 * * * *", "DG-K8S-028"),
    (DEPLOYMENT, f"{SPEC}.nodeSelector", None, {"pool": "spot"}, "DG-K8S-029"),
    (DEPLOYMENT, f"{SPEC}.shareProcessNamespace", None, True, "DG-K8S-030"),
    ("policy/v1/PodDisruptionBudget", "spec.minAvailable", "50%", 0, "DG-K8S-031"),
    ("v1/ResourceQuota", "spec.hard.pods", "10", "1k", "DG-K8S-032"),
    ("v1/Service", "spec.type", "ClusterIP", "NodePort", "DG-K8S-040"),
    ("v1/Service", "spec.type", "LoadBalancer", "ClusterIP", "DG-K8S-041"),
    ("v1/Service", "spec.loadBalancerSourceRanges", ["10.1.0.0/16"], ["0.0.0.0/0"], "DG-K8S-042"),
    ("v1/Service", "spec.loadBalancerSourceRanges", ["10.1.0.0/16"], None, "DG-K8S-043"),
    ("v1/Service", "spec.externalIPs", None, ["203.0.113.9"], "DG-K8S-044"),
    ("v1/Service", "spec.selector.app", "shop", "other", "DG-K8S-045"),
    ("v1/Service", "spec.ports[1]", None, {"port": 81}, "DG-K8S-046"),
    (INGRESS, "spec.tls", [{"hosts": ["a.example"], "secretName": "tls"}], None, "DG-K8S-047"),
    (INGRESS, 'metadata.annotations["nginx.ingress.kubernetes.io/whitelist-source-range"]', "10.0.0.0/8", None,
     "DG-K8S-048"),
    (INGRESS, "spec.rules[0].host", "a.example", "b.example", "DG-K8S-049"),
    (POLICY, "spec.ingress", [], [{}], "DG-K8S-050"),
    (POLICY, "spec.ingress[0].from", [WEB], None, "DG-K8S-051"),
    (POLICY, "spec.ingress[0].from[1]", None, {"ipBlock": {"cidr": "0.0.0.0/0"}}, "DG-K8S-052"),
    (POLICY, "spec.policyTypes", ["Ingress", "Egress"], ["Ingress"], "DG-K8S-053"),
    (POLICY, "spec.egress[0]", None, {}, "DG-K8S-054"),
    (POLICY, "spec.ingress[0].ports", [{"port": 8080}], None, "DG-K8S-055"),
    (POLICY, "spec.podSelector.matchLabels.app", "db", "none", "DG-K8S-056"),
    (POLICY, "spec.ingress[0].from[1]", None, WEB, "DG-K8S-057"),
    (POLICY, "spec.ingress[0].from[1]", WEB, None, "DG-K8S-058"),
    (POLICY, "spec.ingress", [{"from": [WEB]}], None, "DG-K8S-060"),
    (ROLE, "rules[0].verbs", ["get", "list"], ["*"], "DG-RBAC-001"),
    (CLUSTER_ROLE, "rules[2]", None, {"apiGroups": [""], "resources": ["users"], "verbs": ["impersonate"]},
     "DG-RBAC-002"),
    (CLUSTER_ROLE, "rules[2]", None, {"apiGroups": ["*"], "resources": ["secrets"], "verbs": ["get"]}, "DG-RBAC-003"),
    (ROLE, "rules[0].verbs", ["get"], ["get", "list"], "DG-RBAC-004"),
    (ROLE, "rules[0].verbs", ["get", "list"], ["get"], "DG-RBAC-005"),
    (CLUSTER_BINDING, "subjects[1]", None, group("system:authenticated"), "DG-RBAC-006"),
    (CLUSTER_BINDING, "subjects[1]", None, group("ops"), "DG-RBAC-007"),
    (BINDING, "subjects[1]", None, group("ops"), "DG-RBAC-008"),
    (BINDING, "subjects[1]", group("ops"), None, "DG-RBAC-009"),
    ("v1/Secret", "data.dsn", "a", "b", "DG-K8S-070"),
    ("v1/ConfigMap", 'data["flag.recommend"]', "on", "off", "DG-K8S-071"),
    ("v1/ServiceAccount", "imagePullSecrets", None, [{"name": "x"}], "DG-K8S-072"),
    (HOOK, "webhooks[0].failurePolicy", "Fail", "Ignore", "DG-K8S-080"),
    (HOOK, "webhooks[0].clientConfig.url", "https://a", "https://b", "DG-K8S-081"),
    ("v1/Namespace", 'metadata.labels["pod-security.kubernetes.io/enforce"]', "restricted", "privileged",
     "DG-K8S-082"),
    ("apiextensions.k8s.io/v1/CustomResourceDefinition", "spec.versions[0].served", True, False, "DG-K8S-083"),
    ("v1/PersistentVolume", "spec.persistentVolumeReclaimPolicy", "Retain", "Delete", "DG-K8S-084"),
    ("v1/PersistentVolumeClaim", "spec.resources.requests.storage", "1Gi", "9Gi", "DG-K8S-085"),
    ("v1/Node", "spec.unschedulable", None, True, "DG-K8S-086"),
    (HOOK, "webhooks[0].failurePolicy", "Ignore", "Fail", "DG-K8S-087"),
]  # fmt: skip

WHOLE = [
    (POLICY, DriftKind.MISSING, "DG-K8S-059"),
    (CLUSTER_BINDING, DriftKind.UNMANAGED, "DG-RBAC-010"),
    (CRON, DriftKind.UNMANAGED, "DG-K8S-090"),
    (DAEMONS, DriftKind.UNMANAGED, "DG-K8S-091"),
    (INGRESS, DriftKind.UNMANAGED, "DG-K8S-092"),
    (DEPLOYMENT, DriftKind.MISSING, "DG-K8S-095"),
    (SCALER, DriftKind.MISSING, "DG-K8S-096"),
]


def level(type_: str, path: str, declared: Any, actual: Any) -> Level:
    unsure = Cause(Category.MANUAL_TROUBLESHOOTING, 0.2, (0.0, 1.0), dict.fromkeys(Category, 0.2), "test@1")
    return assess_severity(modified(type_, path, declared, actual), unsure, Attribution()).level


@pytest.mark.parametrize(("type_", "path", "declared", "actual", "rule"), CASES)
def test_a_rule_applies(type_: str, path: str, declared: Any, actual: Any, rule: str) -> None:
    assert rule in rules_of(modified(type_, path, declared, actual))


@pytest.mark.parametrize(("type_", "kind", "rule"), WHOLE)
def test_a_rule_for_whole_objects_applies(type_: str, kind: DriftKind, rule: str) -> None:
    assert rule in rules_of(difference(type_, kind))


def test_every_rule_is_shown_to_apply() -> None:
    assert {rule.id for rule in rules_in("kubernetes")} == {case[-1] for case in [*CASES, *WHOLE]}


def test_the_version_of_a_kind_does_not_matter() -> None:
    for version in ("apps/v1", "apps/v1beta2", "extensions/v1beta1"):
        assert "DG-K8S-011" in rules_of(modified(f"{version}/Deployment", f"{CONTAINER}.image", "a:1", "a:2"))


def test_levels_are_those_of_somebody_who_runs_the_cluster() -> None:
    assert level("v1/Service", "spec.type", "ClusterIP", "NodePort") is Level.HIGH
    assert level(DEPLOYMENT, "spec.replicas", 3, 9) is Level.MEDIUM
    assert level(DEPLOYMENT, "spec.replicas", 3, 0) is Level.HIGH
    assert level(POLICY, "spec.ingress[0].from", [WEB], None) is Level.CRITICAL
    assert level(POLICY, "spec.ingress[0].from[1]", WEB, None) is Level.MEDIUM
    assert level(DEPLOYMENT, "metadata.labels.team", "a", "b") is Level.LOW
    assert level(DEPLOYMENT, 'spec.template.metadata.annotations["a.b/c"]', None, "x") is Level.LOW


def test_a_container_that_is_gone_took_its_hardening_with_it() -> None:
    hardened = {"name": "proxy", "securityContext": {"runAsNonRoot": True, "privileged": False}}
    rules = rules_of(modified(DEPLOYMENT, f"{SPEC}.containers[1]", hardened, None))

    assert rules == ["DG-K8S-013"]


def test_kinds_of_others_are_judged_by_what_their_fields_are_called() -> None:
    assert level("example.io/v1/Widget", "spec.color", "red", "blue") is Level.LOW
    assert level("example.io/v1/Widget", "spec.replicas", 5, 1) is Level.MEDIUM
    assert level("example.io/v1/Widget", "spec.publicAccess", False, True) is Level.HIGH

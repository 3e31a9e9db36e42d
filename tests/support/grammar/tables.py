"""The commands of other programs that recommendations may use: positions, options with a value, options without."""

from msgspec import Struct


class Form(Struct, frozen=True):
    """How a command goes on after its verbs: how many positions, options with a value, options without, needed ones."""

    places: int = 0
    valued: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()


def form(places: int = 0, valued: str = "", flags: str = "", needed: str = "") -> Form:
    return Form(places, frozenset((valued + " " + needed).split()), frozenset(flags.split()), frozenset(needed.split()))


#: `terraform -help COMMAND`, of 1.11.
TERRAFORM = {
    "plan": form(0, "-target -out", "-refresh-only -input=false"),
    "apply": form(1, "-target", "-refresh-only"),
    "state list": form(1),
    "state show": form(1),
    "import": form(2),
}

_ANYWHERE = "--cluster --namespace -n --context"

#: `kubectl COMMAND --help`, of 1.32.
KUBECTL = {
    "get": form(2, f"-o {_ANYWHERE}", "--show-managed-fields"),
    "describe": form(2, _ANYWHERE),
    "diff": form(0, f"-f {_ANYWHERE}", "--server-side --force-conflicts", "-f"),
    "apply": form(0, f"-f {_ANYWHERE}", "--server-side --force-conflicts", "-f"),
    "events": form(0, f"--for {_ANYWHERE}"),
    "scale": form(1, _ANYWHERE, needed="--replicas"),
    "delete": form(2, _ANYWHERE),
}

#: Google Cloud CLI reference.
GCLOUD = {
    "logging read": form(1, "--project"),
    "asset search-all-resources": form(0, "--scope --query"),
    "compute instances describe": form(1, "--zone --project"),
    "compute instances stop": form(1, "--zone --project"),
    "compute firewall-rules describe": form(1, "--project"),
    "compute firewall-rules update": form(1, "--project", "--disabled"),
    "compute networks describe": form(1, "--project"),
    "compute networks subnets describe": form(1, "--region --project"),
    "container clusters describe": form(1, "--location --project"),
    "run services describe": form(1, "--region --project"),
    "projects get-iam-policy": form(1),
    "pubsub subscriptions describe": form(1, "--project"),
    "pubsub topics describe": form(1, "--project"),
    "iam service-accounts describe": form(1, "--project"),
    "iam service-accounts disable": form(1, "--project"),
    "sql instances describe": form(1, "--project"),
    "storage buckets describe": form(1, "--project"),
}

#: Azure CLI reference.
AZ = {
    "monitor activity-log list": form(0, "--resource-id --caller --start-time --end-time"),
    "resource show": form(0, needed="--ids"),
    "role assignment delete": form(0, needed="--ids"),
    "vm stop": form(0, needed="--ids"),
}

PROGRAMS = {"terraform": TERRAFORM, "kubectl": KUBECTL, "gcloud": GCLOUD, "az": AZ}

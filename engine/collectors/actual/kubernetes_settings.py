"""The settings of the source of kind `kubernetes`."""

from msgspec import field

from engine.collectors import base


class Settings(base.Settings, frozen=True, kw_only=True):
    """With `path` recorded input is read, without it the API server of one cluster.

    kubeconfig: file with the cluster's address and credentials; by default $KUBECONFIG or ~/.kube/config, and within a
    pod, where there is none, its service account.
    context: of the kubeconfig, by default its current one.
    namespaces: limits what is read to these namespaces; cluster-wide objects are then left out.
    cluster: what the cluster is called in reports, by default its name in the kubeconfig.
    dry_run: asks the server what each declared object would become, which takes the verb patch and changes nothing.
    qps: requests a second at most.
    """

    kubeconfig: str | None = None
    context: str | None = None
    namespaces: list[str] = field(default_factory=list)
    cluster: str | None = None
    dry_run: bool = False
    qps: float = 20.0

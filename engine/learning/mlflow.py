"""Models in MLflow, beside the ledger's registry: a run and a version for each, and the alias of the one in use.

What is decided is decided in the ledger; MLflow is told of it. When it is out of reach nothing is lost but its copy.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.config import Config
from engine.errors import ModelError
from engine.learning.registry import CAUSE, folder_of
from engine.secrets import is_reference

if TYPE_CHECKING:
    from engine.store.records import ModelRecord

EXPERIMENT = "driftguard"
#: What the version in use is called.
ALIAS = "champion"


class Mlflow:
    """One MLflow server, or a database or folder that stands in for one. Every method raises ModelError."""

    def __init__(self, tracking_uri: str) -> None:
        self._uri = tracking_uri

    def register(self, store: Path, record: "ModelRecord") -> None:
        """Tells of a registered model: its manifest as parameters and metrics, and its files."""
        with self._asked() as client:
            run = client.create_run(self._experiment(client)).info
            for name in ("seed", "data_hash", "code_version", "trained_on"):
                client.log_param(run.run_id, name, record.manifest.get(name))
            for name, value in record.manifest.get("metrics", {}).items():
                if isinstance(value, int | float):
                    client.log_metric(run.run_id, name, value)
            client.log_artifacts(run.run_id, str(folder_of(store, record.name, record.version)), "model")
            client.set_terminated(run.run_id)
            self._ensure_model(client, record.name)
            tags = {"version": record.version, "sha256": record.sha256}
            client.create_model_version(record.name, f"{run.artifact_uri}/model", run.run_id, tags=tags)

    def put_in_use(self, record: "ModelRecord | None", name: str = CAUSE) -> None:
        """Moves the alias to a model, or takes it away when the shipped one is in use."""
        with self._asked() as client:
            if record is None:
                if ALIAS in client.get_registered_model(name).aliases:
                    client.delete_registered_model_alias(name, ALIAS)
                return
            found = client.search_model_versions(f"name = '{record.name}'")
            version = next((each for each in found if each.tags.get("sha256") == record.sha256), None)
            if version is None:
                raise ModelError(
                    f"{record.label} is not in MLflow: it was registered before mlflow.tracking_uri was set"
                )
            client.set_registered_model_alias(record.name, ALIAS, version.version)

    @staticmethod
    def _experiment(client: Any) -> str:
        known = client.get_experiment_by_name(EXPERIMENT)
        return str(known.experiment_id if known else client.create_experiment(EXPERIMENT))

    @staticmethod
    def _ensure_model(client: Any, name: str) -> None:
        if not client.search_registered_models(f"name = '{name}'"):
            client.create_registered_model(name)

    @contextmanager
    def _asked(self) -> Iterator[Any]:
        client_of, failures = _library()
        try:
            yield client_of(tracking_uri=self._uri, registry_uri=self._uri)
        except failures as error:
            # The text may repeat the address, and with it a password.
            raise ModelError(
                f"MLflow could not be told ({type(error).__name__}): what was decided holds in the ledger; check "
                "mlflow.tracking_uri"
            ) from None


def mlflow_of(config: Config) -> Mlflow | None:
    """The MLflow of a configuration, if it names one. Raises ConfigError when its reference leads nowhere."""
    if config.mlflow is None:
        return None
    return Mlflow(config.resolve_secret(config.mlflow) if is_reference(config.mlflow) else config.mlflow)


def _library() -> tuple[Any, tuple[type[Exception], ...]]:
    """MLflow's client and what it raises. It is told not to call home before it is imported."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    try:
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException
    except ImportError as error:
        raise ModelError(
            "mlflow.tracking_uri is set and MLflow is not installed: install driftguard-tui[mlflow]"
        ) from error
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    return MlflowClient, (MlflowException, OSError)

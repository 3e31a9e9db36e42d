"""Models in MLflow beside the ledger. Skipped where MLflow, an extra, is not installed."""

import importlib.util
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.config import load_config
from engine.errors import ConfigError, ModelError
from engine.learning import registry
from engine.learning.mlflow import ALIAS, EXPERIMENT, Mlflow, mlflow_of
from engine.store.ledger import Ledger
from engine.store.records import ModelRecord
from tests.support.command import driftguard
from tests.support.small_models import cases, learned

needs_mlflow = pytest.mark.skipif(importlib.util.find_spec("mlflow") is None, reason="needs the extra `mlflow`")


def configured(folder: Path, text: str) -> Mlflow | None:
    (folder / "driftguard.toml").write_text(text)
    return mlflow_of(load_config(folder / "driftguard.toml"))


class TestConfiguration:
    def test_without_an_address_there_is_none(self, tmp_path: Path) -> None:
        assert configured(tmp_path, "") is None

    def test_an_address_or_a_reference_to_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TRACKING", "https://anna:hunter2@mlflow.example")

        assert configured(tmp_path, '[mlflow]\ntracking_uri = "http://127.0.0.1:5000"\n') is not None
        assert configured(tmp_path, '[mlflow]\ntracking_uri = "env:TRACKING"\n') is not None

    @pytest.mark.parametrize("address", ["https://anna:hunter2@mlflow.example", "http://[::1"])
    def test_a_password_is_not_written_in_it(self, tmp_path: Path, address: str) -> None:
        with pytest.raises(ConfigError, match=r"mlflow\.tracking_uri: a secret is not written here") as raised:
            configured(tmp_path, f'[mlflow]\ntracking_uri = "{address}"\n')
        assert "hunter2" not in str(raised.value)

    @pytest.mark.skipif(importlib.util.find_spec("mlflow") is not None, reason="MLflow is installed")
    def test_what_is_not_installed_is_said_in_a_sentence(self) -> None:
        with pytest.raises(ModelError, match=r"install driftguard-tui\[mlflow\]"):
            Mlflow("sqlite://").put_in_use(None)


@needs_mlflow
@pytest.mark.filterwarnings("ignore")
class TestInMlflow:
    @pytest.fixture
    def address(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.chdir(tmp_path)
        return f"sqlite:///{tmp_path / 'mlflow.db'}"

    @pytest.fixture
    def registered(self, tmp_path: Path) -> Iterator[tuple[Path, ModelRecord]]:
        store = tmp_path / "store"
        with closing(Ledger.open(store)) as ledger:
            yield store, registry.register(store, ledger, *learned(cases(150)), by="anna")

    def client(self, address: str) -> Any:
        from mlflow import MlflowClient

        return MlflowClient(tracking_uri=address, registry_uri=address)

    def test_a_registered_model_is_a_run_and_a_version_with_its_files(
        self, address: str, registered: tuple[Path, ModelRecord], tmp_path: Path
    ) -> None:
        store, record = registered
        Mlflow(address).register(store, record)
        client = self.client(address)

        [version] = client.search_model_versions("name = 'cause'")
        assert version.tags == {"version": record.version, "sha256": record.sha256}
        run = client.get_run(version.run_id)
        assert run.data.params["trained_on"] == "150 made-up cases"
        assert run.data.metrics == {"accuracy": 0.91, "macro_f1": 0.9, "ece": 0.02}
        assert client.get_experiment_by_name(EXPERIMENT).experiment_id == run.info.experiment_id
        copied = Path(client.download_artifacts(version.run_id, "model", str(tmp_path)))
        folder = registry.folder_of(store, "cause", record.version)
        assert {path.name: path.read_bytes() for path in copied.iterdir()} == {
            path.name: path.read_bytes() for path in folder.iterdir()
        }

    def test_the_model_in_use_bears_an_alias(self, address: str, registered: tuple[Path, ModelRecord]) -> None:
        store, record = registered
        mlflow = Mlflow(address)
        mlflow.register(store, record)
        client = self.client(address)

        mlflow.put_in_use(record)
        assert client.get_model_version_by_alias("cause", ALIAS).tags["sha256"] == record.sha256
        mlflow.put_in_use(None)
        assert client.get_registered_model("cause").aliases == {}

    def test_promoting_in_the_shell_tells_it_and_an_unknown_model_is_no_failure(
        self, address: str, registered: tuple[Path, ModelRecord], tmp_path: Path
    ) -> None:
        store, record = registered
        file = tmp_path / "driftguard.toml"
        file.write_text(f'[mlflow]\ntracking_uri = "{address}"\n')
        arguments = (record.label, "--reason", "a drill", "--store", store, "--config", file)

        status, out, err = driftguard("model", "promote", *arguments)
        assert (status, "is in use" in out) == (0, True)
        assert f"{record.label} is not in MLflow" in err

        Mlflow(address).register(store, record)
        driftguard("model", "promote", *arguments)
        assert self.client(address).get_model_version_by_alias("cause", ALIAS).tags["sha256"] == record.sha256

    def test_a_server_out_of_reach_is_said_in_a_sentence_without_its_address(
        self, registered: tuple[Path, ModelRecord], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        store, record = registered

        with pytest.raises(ModelError, match="MLflow could not be told") as raised:
            Mlflow("http://anna:hunter2@127.0.0.1:9").register(store, record)
        assert "hunter2" not in str(raised.value)

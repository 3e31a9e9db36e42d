"""The configuration: which file is read, what it means, and how its mistakes are told."""

from pathlib import Path

import platformdirs
import pytest

from engine.config import Config, bundle_config, load_config
from engine.errors import ConfigError
from engine.model import SourceRole
from tests.support.small_bundle import write_bundle

STATE = """
[[source]]
name = "state"
kind = "terraform_state"
path = "*.tfstate"
"""


def read(folder: Path, text: str) -> Config:
    file = folder / "driftguard.toml"
    file.write_text(text)
    return load_config(file)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return str(caught.value).splitlines()


# --- Which file ------------------------------------------------------------------------------------


def named(folder: Path, estate: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "driftguard.toml"
    file.write_text(f'[estate]\nname = "{estate}"')
    return file


def test_files_are_searched_in_the_order_of_how_near_they_are(tmp_path: Path) -> None:
    given = named(tmp_path / "given", "given")
    by_variable = {"DRIFTGUARD_CONFIG": str(named(tmp_path / "variable", "variable"))}
    here = named(tmp_path / "here", "here").parent
    user = named(platformdirs.user_config_path("driftguard"), "user")
    try:
        assert load_config(given, environ=by_variable, cwd=here).name == "given"
        assert load_config(environ=by_variable, cwd=here).name == "variable"
        assert load_config(environ={}, cwd=here).name == "here"
        assert load_config(environ={}, cwd=tmp_path).name == "user"
    finally:
        user.unlink()
    assert load_config(environ={}, cwd=tmp_path).file is None


def test_a_file_that_was_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nope\.toml: no such configuration file; correct --config"):
        load_config(Path("nope.toml"), cwd=tmp_path)
    with pytest.raises(ConfigError, match=r"no such configuration file; correct \$DRIFTGUARD_CONFIG"):
        load_config(environ={"DRIFTGUARD_CONFIG": "nope.toml"}, cwd=tmp_path)


def test_without_any_file_there_is_a_configuration_without_sources(tmp_path: Path) -> None:
    config = load_config(environ={}, cwd=tmp_path)
    assert config.sources == ()
    assert config.store == platformdirs.user_data_path("driftguard")


# --- What it means ---------------------------------------------------------------------------------


def test_a_configuration_in_full(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
        [estate]
        name = "shop-prod"
        [store]
        path = "stores"
        shared = "keyring:driftguard/postgres-url"
        [[source]]
        name = "state"
        kind = "terraform_state"
        path = ["a.tfstate", "b/"]
        [[source]]
        name = "prod"
        kind = "aws"
        regions = ["eu-west-1"]
        """,
    )
    state, prod = config.sources
    assert (config.name, config.store) == ("shop-prod", tmp_path / "stores")
    assert config.shared == "keyring:driftguard/postgres-url"
    assert (state.role, prod.role) == (SourceRole.DECLARED, SourceRole.ACTUAL)
    assert state.settings is not None
    assert (state.settings.paths, state.settings.base) == (["a.tfstate", "b/"], tmp_path)
    assert prod.fingerprint() is None


def test_the_estate_is_named_after_its_folder_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path, "").name == tmp_path.name


def test_tables_beside_the_file_are_the_users_knowledge(tmp_path: Path) -> None:
    assert read(tmp_path, "").knowledge is None
    (tmp_path / "providers").mkdir()
    assert read(tmp_path, "").knowledge == tmp_path / "providers"


def test_files_that_are_not_there_are_told_by_key_but_stop_nothing(tmp_path: Path) -> None:
    config = read(tmp_path, STATE)
    assert config.missing_paths() == ["driftguard.toml: source[0].path: no such file, folder or match: *.tfstate"]
    (tmp_path / "a.tfstate").touch()
    assert config.missing_paths() == []


# --- Mistakes --------------------------------------------------------------------------------------

REFERENCE = (
    "a secret is not written here; give a reference, keyring:SERVICE/NAME, env:NAME, vault:PATH#FIELD or file:PATH"
)
SETTINGS = "assistant, console, estate, freeze, ignore, mlflow, notify, source, store"


def source(*lines: str) -> str:
    return "\n".join(["[[source]]", 'name = "s"', *lines])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("store = 3", "store: expected a table, got int"),
        ("source = 3", "source: expected a list, got int"),
        ("source = [3]", "source[0]: expected a table"),
        (
            "colour = 1",
            f"colour: is not a setting; there are {SETTINGS}",
        ),
        ("[estate]\nnam = 'x'", 'estate.nam: is not a setting; did you mean "name"?'),
        ("[estate]\nname = 3", "estate.name: expected text, got int"),
        ("[store]\npath = ['x']", "store.path: expected text, got a list"),
        ("[store]\nshared = 'postgres://u:hunter2@db/x'", f"store.shared: {REFERENCE}"),
        ("[[source]]\nkind = 'aws'", "source[0].name: is missing"),
        ("[[source]]\nname = 'x'", "source[0].kind: is missing"),
        ("[[source]]\nname = 3\nkind = 'aws'", "source[0].name: expected text"),
        (source("kind = 'awz'"), 'source[0].kind: "awz" is not a kind of source; did you mean "aws"?'),
        (source("kind = 'aws'", "regions = 3"), "source[0].regions: expected a list of text, got int"),
        (source("kind = 'aws'", "regions = [3]"), "source[0].regions[0]: expected text, got int"),
        (source("kind = 'aws'", "path = true"), "source[0].path: expected text or a list of text, got true or false"),
        (source("kind = 'aws'", "path = 'p'", "regoins = 1"), 'source[0].regoins: is not a setting; did you mean "r'),
        (source("kind = 'terraform_state'", "path = 'x'", "base = '/'"), "source[0].base: is not a setting; there are"),
        (source("kind = 'aws'"), "source[0].path: is missing; say where the recorded input is"),
        (source("kind = 'jira'", "token = 'hunter2'"), f"source[0].token: {REFERENCE}"),
        ("a = ", "is not valid TOML: "),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_file_and_key(tmp_path: Path, text: str, problem: str) -> None:
    [line] = problems(tmp_path, text)
    assert line.startswith(f"driftguard.toml: {problem}")
    assert "hunter2" not in line


def test_names_of_sources_are_unique(tmp_path: Path) -> None:
    [line] = problems(tmp_path, STATE * 2)
    assert line == 'driftguard.toml: source[1].name: "state" is the name of source[0] already'


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, f"[estate]\nnam = 1\n[store]\npath = 1\n{source('kind = 1')}")) == 3


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "driftguard.toml"
    file.write_bytes(b'[estate]\nname = "\xff"')
    with pytest.raises(ConfigError, match=r"driftguard\.toml: is not UTF-8 text"):
        load_config(file)


# --- Bundles ---------------------------------------------------------------------------------------


def test_a_bundle_needs_no_configuration(tmp_path: Path) -> None:
    write_bundle(tmp_path)
    (tmp_path / "jira").mkdir()
    (tmp_path / "photos").mkdir()
    config = bundle_config(tmp_path)
    assert [(source.name, source.kind) for source in config.sources] == [
        ("terraform", "terraform_state"),
        ("aws", "aws"),
        ("jira", "jira"),
    ]
    assert config.name == tmp_path.name


def test_code_in_a_bundle_is_a_source_of_its_own(tmp_path: Path) -> None:
    write_bundle(tmp_path)
    (tmp_path / "terraform" / "main.tf").write_text("# code")
    names = [(source.name, source.kind) for source in bundle_config(tmp_path).sources]
    assert names == [("terraform", "terraform_state"), ("terraform_code", "terraform_code"), ("aws", "aws")]


def test_a_bundles_own_configuration_may_give_it_a_name_only(tmp_path: Path) -> None:
    write_bundle(tmp_path)
    (tmp_path / "driftguard.toml").write_text('[estate]\nname = "shop"\n')
    config = bundle_config(tmp_path)
    assert (config.name, [source.name for source in config.sources]) == ("shop", ["terraform", "aws"])


def test_a_bundles_own_configuration_is_used_but_not_where_its_store_lies(tmp_path: Path) -> None:
    write_bundle(tmp_path)
    (tmp_path / "driftguard.toml").write_text(
        '[estate]\nname = "incident-7"\n[store]\npath = "/srv"\n'
        '[[source]]\nname = "s"\nkind = "terraform_state"\npath = "terraform"\n'
    )
    config = bundle_config(tmp_path)
    assert (config.name, [source.name for source in config.sources]) == ("incident-7", ["s"])
    assert config.store == platformdirs.user_data_path("driftguard")


@pytest.mark.parametrize("path", ["../other", "/etc", "~/.aws", "s3://bucket/key", "terraform/../../x/*.tfstate"])
def test_a_bundles_configuration_reads_nothing_outside_of_it(tmp_path: Path, path: str) -> None:
    (tmp_path / "driftguard.toml").write_text(f'[[source]]\nname = "s"\nkind = "terraform_state"\npath = "{path}"\n')
    with pytest.raises(ConfigError, match=r"source\[0\]\.path: .* is outside of the bundle"):
        bundle_config(tmp_path)


def test_a_bundles_configuration_reads_nothing_live(tmp_path: Path) -> None:
    (tmp_path / "driftguard.toml").write_text('[[source]]\nname = "s"\nkind = "aws"\nregions = ["eu-west-1"]\n')
    with pytest.raises(ConfigError, match="a bundle is not read live"):
        bundle_config(tmp_path)


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tar").touch()
    with pytest.raises(ConfigError, match="no such folder"):
        bundle_config(tmp_path / "nope")
    with pytest.raises(ConfigError, match="is not a folder; unpack it first"):
        bundle_config(tmp_path / "a.tar")
    with pytest.raises(ConfigError, match="holds none of the folders of a bundle"):
        bundle_config(tmp_path)


@pytest.mark.parametrize(("kind", "setting"), [("terraform_plan", 'dir = "."'), ("terraform_state", "backend = true")])
def test_a_bundle_neither_runs_nor_asks_anything(tmp_path: Path, kind: str, setting: str) -> None:
    write_bundle(tmp_path)
    text = f'[[source]]\nname = "x"\nkind = "{kind}"\npath = "terraform"\n{setting}\n'
    (tmp_path / "driftguard.toml").write_text(text)
    with pytest.raises(ConfigError, match="a bundle is not read live"):
        bundle_config(tmp_path)

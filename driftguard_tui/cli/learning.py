"""`driftguard model train` and `evaluate`: making a model of causes, and measuring it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options, format_option, paper, with_options
from driftguard_tui.cli.tracking import tell_mlflow

if TYPE_CHECKING:
    from engine.learning.dataset import Tell
    from ml.ensemble import Ensemble

_SEED = click.option("--seed", default=1, show_default=True, metavar="N", help="What chance is drawn from.")


@click.command("train")
@with_options
@_SEED
@click.option(
    "--estates",
    default=120,
    show_default=True,
    type=click.IntRange(min=4),
    metavar="N",
    help="Estates to generate and learn from.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the model to a new folder in place of registering it; learn from nothing that was confirmed.",
)
def train(options: Options, seed: int, estates: int, output: Path | None) -> None:
    """Learn the causes of drifts anew, and measure what was learned.

    Estates are generated and scanned, which takes some seconds each; what comes of them is kept for the next time.
    What people confirmed is learned from too, but for a part that is held out to compare models on.
    """
    from contextlib import closing

    from driftguard_tui.formats import evaluation
    from engine.learning import registry
    from engine.learning.feedback import samples_of, split
    from engine.learning.training import train_model
    from engine.store.ledger import Ledger
    from ml.registry import save

    if output is not None:
        trained = train_model(seed, estates, cache=_cache(), tell=_tell())
        label = save(output, trained.manifest, trained.files).label
    else:
        folder = options.find_store()
        with closing(Ledger.open(folder)) as ledger:
            learned, _ = split(ledger.feedback())
            trained = train_model(seed, estates, feedback=samples_of(learned), cache=_cache(), tell=_tell())
            record = registry.register(folder, ledger, trained.manifest, trained.files, by=ledger.person)
        label = record.label
        tell_mlflow(options, lambda mlflow: mlflow.register(folder, record))
    click.echo(evaluation.render(trained.evaluation, paper()), nl=False)
    where = f"written to {output}" if output else f"registered: `driftguard model promote {label}` puts it into use"
    click.echo(f"{label} is {where}", err=True)


@click.command("evaluate")
@with_options
@format_option("table", "json")
@_SEED
@click.option(
    "--estates",
    default=30,
    show_default=True,
    type=click.IntRange(min=2),
    metavar="N",
    help="Estates of the test pool to generate, with all evidence; as many again lack some.",
)
def evaluate(options: Options, form: str, seed: int, estates: int) -> None:
    """Measure the model in use on organisations, and in part on processes, that no model has seen."""
    from driftguard_tui.formats import as_json, evaluation
    from engine.learning.evaluate import evaluate, unseen_estates

    model = _in_use(options)
    found = evaluate(model, unseen_estates(estates, seed, _cache(), _tell()))
    click.echo(f"{model.manifest.label}, learned from {model.manifest.trained_on}", err=True)
    click.echo(as_json.document(found) if form == "json" else evaluation.render(found, paper()), nl=form == "json")


def _in_use(options: Options) -> "Ensemble":
    """The model that scans with these options would use."""
    from contextlib import closing

    from engine.errors import ConfigError, ModelError
    from engine.learning.in_use import in_use
    from engine.store.ledger import Ledger
    from ml.ensemble import shipped

    try:
        folder = options.find_store()
    except ConfigError:
        folder = None
    promoted = None
    if folder is not None and folder.is_dir():
        with closing(Ledger.open(folder)) as ledger:
            promoted = in_use(folder, ledger, "").ensemble
    model = promoted or shipped()
    if model is None:
        raise ModelError("no learned model is installed: `driftguard model train` makes one")
    return model


def _cache() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("driftguard") / "samples"


def _tell() -> "Tell":
    """Says on standard error how far the generating is."""

    def tell(done: int, of: int) -> None:
        end = "\r" if sys.stderr.isatty() and done < of else "\n"
        if end == "\r" or done == of:
            click.echo(f"driftguard: {done} of {of} estates generated and scanned{end}", err=True, nl=False)

    return tell

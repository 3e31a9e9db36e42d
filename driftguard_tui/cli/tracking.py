"""Telling MLflow what was decided of a model, where the configuration names one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options

if TYPE_CHECKING:
    from engine.learning.mlflow import Mlflow


def tell_mlflow(options: Options, tell: "Callable[[Mlflow], None]") -> None:
    """Tells it, if there is one. That it could not be told is said, and undoes nothing."""
    from engine.errors import DriftGuardError
    from engine.learning.mlflow import mlflow_of

    try:
        mlflow = mlflow_of(options.load())
        if mlflow is not None:
            tell(mlflow)
    except DriftGuardError as error:
        click.echo(f"driftguard: {error}", err=True)

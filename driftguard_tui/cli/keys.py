"""`driftguard keys`: what can be done in the console."""

import click

from driftguard_tui.cli.options import Options, format_option, paper, with_options


@click.command("keys")
@with_options
@format_option("table", "markdown", "json")
def command(options: Options, form: str) -> None:
    """Print every action of the console with its keys, its command and the role that it takes.

    Keys of your own, from the section [console.keys] of the configuration, are shown in place of the shipped ones.
    """
    from driftguard_tui.formats import keys

    own = options.load().console.keys
    if form == "json":
        click.echo(keys.keys_as_json(own), nl=False)
    elif form == "markdown":
        click.echo(keys.keys_as_markdown(own), nl=False)
    else:
        click.echo(keys.render_keys(own, paper()), nl=False)

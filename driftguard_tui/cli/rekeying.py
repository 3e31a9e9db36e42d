"""`driftguard db rekey`: the timeline of a store encrypted, with another key, or not any more."""

from contextlib import closing

import click

from driftguard_tui.cli.options import Options, with_options


@click.command("rekey")
@with_options
@click.option("--key", "reference", metavar="REFERENCE", help="The key: keyring:…, env:…, vault:… or file:…")
@click.option("--decrypt", is_flag=True, help="Have no key: everybody who has the file can read it.")
@click.option("--builtin-crypto", is_flag=True, help="Do without DuckDB's extension; weaker random numbers.")
def rekey(options: Options, reference: str | None, decrypt: bool, builtin_crypto: bool) -> None:
    """Encrypt the timeline of a store, or give it another key.

    Without --key that is the one of store.key, or a new one that is kept in this machine's keyring. The timeline is
    written anew, which takes as much disk again for a while. What the disk still holds of the old file is not wiped.
    The ledger beside it is not encrypted.
    """
    from driftguard_tui.cli.drifts import open_ledger
    from engine.encrypting import Encryption
    from engine.store.encryption import choose_key, forget_key
    from engine.store.rekeying import rekey as give_key

    if decrypt and reference:
        raise click.UsageError("give --key or --decrypt, not both")
    config = options.load()
    folder = options.store_of(config)
    wanted = config.encryption or Encryption()
    builtin = builtin_crypto or wanted.builtin
    chosen = None if decrypt else choose_key(Encryption(key=reference or wanted.key))
    try:
        give_key(folder, chosen, builtin=builtin)
    except BaseException:
        if chosen is not None and chosen not in (reference, wanted.key):
            forget_key(chosen)
        raise
    with closing(open_ledger(options)) as ledger:
        ledger.append_audit(ledger.person, "store.rekey", "timeline", {"encrypted": not decrypt, "key": chosen or ""})
    if chosen is None:
        click.echo(f"the timeline in {folder} is not encrypted any more; take store.encrypt out of the configuration")
    else:
        click.echo(f"the timeline in {folder} is encrypted; its key is {chosen}: without it nobody can read it")

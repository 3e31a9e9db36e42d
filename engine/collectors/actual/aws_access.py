"""What the credentials of a source may read: every listing tried once, up to its first page."""

from concurrent.futures import ThreadPoolExecutor

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from engine.collectors.actual.aws_settings import Settings
from engine.collectors.aws_account import WORKERS, Account, is_denied
from engine.collectors.base import Access, Context, Lack
from engine.providers.reads import Call, load_reads


def try_access(settings: Settings, context: Context) -> Access:
    """Asks who is calling, and then for the first page of each listing in the first region.

    Permissions for the details of single resources show only when there are some, and so in a scan.
    Raises SourceError when there are no credentials, they are refused, or the endpoint cannot be reached.
    """
    reads = load_reads("aws", context.knowledge)
    account = Account(settings, reads, context)
    listings: dict[tuple[str, str], tuple[Call, list[str]]] = {}
    for native, read in reads.types.items():
        if not settings.types or native in settings.types:
            call = read.listing
            listings.setdefault((read.service, call.operation), (call, []))[1].append(native)
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="aws") as pool:
        needed = list(pool.map(lambda key: _needed(account, key[0], listings[key][0]), listings))
    of_types = [natives for _, natives in listings.values()]
    may = sum(len(natives) for natives, needs in zip(of_types, needed, strict=True) if needs is None)
    return Access(
        identity=account.arn,
        may=(f"{may} of {sum(map(len, of_types))} types in {', '.join(account.regions)}",),
        lacks=tuple(Lack(", ".join(natives), needs) for natives, needs in zip(of_types, needed, strict=True) if needs),
    )


def _needed(account: Account, service: str, call: Call) -> str | None:
    """The permission that a listing needs and the caller has not; None when it is allowed."""
    client = account.client(service, account.regions[0])
    params = {name: account.number if value == "{account}" else value for name, value in call.params.items()}
    try:
        getattr(client, xform_name(call.operation))(**params)
    except ClientError as error:
        if is_denied(error):
            return call.permission or f"{client.meta.service_model.signing_name}:{call.operation}"
        account.check_expiry(error)
    except (BotoCoreError, ResponseParserError):
        pass  # out of order rather than not allowed: a scan reports it
    return None

"""Looking over the machine, place by place. Whatever is wrong with one place, the others are looked at."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from msgspec import structs

from engine.discovery.accounts import sources_of
from engine.discovery.aws import find_aws
from engine.discovery.azure import find_azure
from engine.discovery.folder import look_at_folder
from engine.discovery.google import find_google
from engine.discovery.kubeconfig import find_clusters
from engine.discovery.machine import Machine
from engine.discovery.proposal import Looked, Proposal, Sureness
from engine.discovery.services import find_services
from engine.model import SourceRole

#: Places beside the folder, each with what finds proposals there.
_PLACES: dict[str, Callable[[Machine], Iterable[Proposal]]] = {
    "AWS profiles": lambda machine: sources_of(find_aws(machine)),
    "kubeconfig contexts": lambda machine: sources_of(find_clusters(machine)),
    "gcloud configurations": lambda machine: sources_of(find_google(machine)),
    "Azure subscriptions": lambda machine: sources_of(find_azure(machine)),
    "tickets and alerts": find_services,
}
#: How many places are looked at, for whoever shows how far it is.
PLACES = len(_PLACES) + 1


def look(machine: Machine) -> Iterator[Looked]:
    """What each place proposes, as it is looked at: files are read, nobody is asked. Names are unique.

    Where the folder holds recordings of what is live, the accounts of this machine are proposed as a choice only: they
    may be of another estate.
    """
    names: set[str] = set()
    looked = _safely(f"files in {machine.folder}", partial(look_at_folder, machine))
    is_recorded = any(
        proposal.role is SourceRole.ACTUAL and proposal.suggested and not proposal.is_live
        for proposal in looked.proposals
    )
    yield _named(looked, names)
    for place, find in _PLACES.items():
        looked = _safely(place, partial(_looked, place, find, machine))
        if is_recorded:
            unsure = (structs.replace(proposal, sure=Sureness.PERHAPS) for proposal in looked.proposals)
            looked = structs.replace(looked, proposals=tuple(unsure))
        yield _named(looked, names)


def _looked(place: str, find: Callable[[Machine], Iterable[Proposal]], machine: Machine) -> Looked:
    return Looked(place, tuple(find(machine)))


def _safely(place: str, find: Callable[[], Looked]) -> Looked:
    try:
        return find()
    except Exception as error:  # noqa: BLE001 - what one tool left on the machine must not hide the others
        return Looked(place, note=f"could not be looked at ({type(error).__name__})")


def _named(looked: Looked, names: set[str]) -> Looked:
    """The same with names that nothing else has."""
    proposals = []
    for proposal in looked.proposals:
        name, number = proposal.name, 2
        while name in names:
            name, number = f"{proposal.name}-{number}", number + 1
        names.add(name)
        proposals.append(structs.replace(proposal, name=name))
    return structs.replace(looked, proposals=tuple(proposals))

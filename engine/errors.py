"""Errors with a sentence for the person who has to act on them."""


class DriftGuardError(Exception):
    """Something a user can put right. Its text says what, where, and what to do; it is shown without a traceback."""


class ConfigError(DriftGuardError):
    """The configuration cannot be used."""


class SourceError(DriftGuardError):
    """A source cannot be read. The scan goes on without it and reports this text as the source's reason."""


class StoreError(DriftGuardError):
    """A store cannot be opened or written."""


class ModelError(DriftGuardError):
    """A model cannot be loaded, registered or promoted."""


class WorkflowError(DriftGuardError):
    """A change request may not take this step: the role, its state or its plan forbids it."""


class RemedyError(DriftGuardError):
    """A change cannot be prepared or carried out. Nothing was done."""


class NotifyError(DriftGuardError):
    """A notification cannot be delivered."""

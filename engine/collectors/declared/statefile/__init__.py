"""State files of Terraform and OpenTofu, in every format they were ever written in.

The package reads bytes and knows nothing of sources or of the engine's words beyond its errors.
"""

from engine.collectors.declared.statefile.document import NotAStateError, age_of, decode_state
from engine.collectors.declared.statefile.instance import Instance, marked

__all__ = ["Instance", "NotAStateError", "age_of", "decode_state", "marked"]

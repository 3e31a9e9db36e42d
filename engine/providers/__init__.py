"""What is known about each provider's resource types, as data.

The tables are TOML, one folder per provider, checked against the structs in `tables`; the README explains them.
"""

from engine.providers.keepers import KeeperRule
from engine.providers.loading import load_knowledge
from engine.providers.tables import AttributeRule, ChildRule, HiddenRule, Knowledge, TypeRule

__all__ = ["AttributeRule", "ChildRule", "HiddenRule", "KeeperRule", "Knowledge", "TypeRule", "load_knowledge"]

"""The demo estate: an invented company, its infrastructure, and ten days in which some of it drifted.

It is written as a bundle like any other and read by the same collectors. Everything about the company is in this
package, one file for each idea: `company` (accounts, people, services), `things` (each kind of resource, told once
in Terraform's words and once in AWS's), `estate` (what is declared), `stories` (what happened), `trail` (the API
calls), `history` (the commits), `bundle` (writing it all down).
"""

from pathlib import Path

__all__ = ["build_demo"]


def build_demo(folder: Path) -> Path:
    """Writes the demo bundle into `folder` and returns where it is; a complete one of this version is reused."""
    from driftguard_tui.demo import bundle

    return bundle.build_demo(folder)

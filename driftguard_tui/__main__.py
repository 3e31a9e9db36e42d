"""`python -m driftguard_tui` is `driftguard`."""

from driftguard_tui.cli import main

main()

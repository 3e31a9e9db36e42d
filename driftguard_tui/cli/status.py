"""Exit statuses: those of `terraform plan -detailed-exitcode`, and those that shells give to signals."""

IN_SYNC = 0
FAILED = 1
DRIFT = 2
INTERRUPTED = 130
PIPE_CLOSED = 141

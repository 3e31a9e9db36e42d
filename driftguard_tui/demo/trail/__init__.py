"""The recorded API calls: who can call, what a call looks like, the noise of real life, and the log files."""

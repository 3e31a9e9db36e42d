"""What people decide: change requests on their way through the roles, and the audit log of every step."""

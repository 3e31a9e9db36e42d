"""The kinds of things in the estate, one class per Terraform type."""

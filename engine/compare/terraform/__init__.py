"""Terraform's attributes, compared by the provider tables; its plans, compared with themselves."""

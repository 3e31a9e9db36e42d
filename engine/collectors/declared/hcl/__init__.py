"""Terraform's language: files parsed in processes of their own, expressions evaluated where they are certain.

The package knows the language and nothing of resources, states or the engine's words beyond UNRESOLVED.
"""

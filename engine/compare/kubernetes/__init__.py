"""Kubernetes objects, compared by their fields."""

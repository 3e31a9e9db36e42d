"""CloudFormation's properties, compared by the registry's schemas."""

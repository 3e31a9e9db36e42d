"""CloudFormation: templates, what their functions come to in a stack, and the stacks as recorded or as they are."""

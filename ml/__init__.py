"""Models of cause, severity and risk. They see the words of `engine.model` and nothing else of the engine."""

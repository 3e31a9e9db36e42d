"""Learning the causes of drifts: from generated estates, whose truth is known, and from what people confirm.

dataset     drifts of generated estates, each as its features and its true cause
training    a model by one command
evaluate    how well models name causes on organisations and processes that they never saw
feedback    what people confirmed, to learn from and to be measured on; batches of it that nobody should trust
challenge   one model against another, and what speaks against the new one
gate        the same for a model of a store and the one in use
registry    the models of a store: registered, promoted, taken back
in_use      what a scan explains causes by
standing    how the models of a store do
mlflow      the same models in MLflow, where the configuration names one
"""

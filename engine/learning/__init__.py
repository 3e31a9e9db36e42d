"""Learning the causes of drifts: from generated estates, whose truth is known, and from what people confirm.

    dataset     drifts of generated estates, each as its features and its true cause
    evaluate    how well models name causes on organisations and processes that they never saw
"""

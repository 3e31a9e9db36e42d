"""Training the cause model: fitting its voices, choosing how they are pooled, and measuring what came of it.

    samples   drifts as rows of numbers, with their true causes
    fit       the trees and the forest
    calibrate the weights of the pool, and the conformal threshold
    metrics   accuracy, macro-F1, calibration error and the rest

scikit-learn and scipy are used here and nowhere else: what is shipped needs xgboost alone.
"""

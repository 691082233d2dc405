"""The form of hyperparameters."""

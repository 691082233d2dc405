"""The data set of the Train tab."""

"""The pretrained network: its weights, its features, and the training of its last blocks."""

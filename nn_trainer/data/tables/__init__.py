"""Text files beside the images that say of which class each is, or which label each class has."""

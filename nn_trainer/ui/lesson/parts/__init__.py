"""What two steps or more share."""

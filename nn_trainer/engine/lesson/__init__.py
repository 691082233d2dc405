"""What the Lesson tab computes."""

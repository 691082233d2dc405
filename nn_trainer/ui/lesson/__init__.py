"""The Lesson tab."""

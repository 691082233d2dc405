"""The computations of the Lesson tab."""

"""The records of a training as a generator, for tests that take them one by one or all at once."""


def records_of(fitting, should_stop=lambda: False):
    """Run the training of `fitting`; closing the generator ends it."""
    with fitting.running(should_stop) as records:
        yield from records

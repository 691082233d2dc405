"""The headless commands, one a file, each with `add_arguments(parser)` and `run(arguments, output)`."""

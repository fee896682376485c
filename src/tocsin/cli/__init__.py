"""The commands. Each prints for a person or, with --json, one value for a program, and nothing else."""

import gc


def start() -> None:
    """Load the commands, and do what was said."""
    gc.disable()  # what is loaded stays: looking through it for garbage meanwhile took a sixth of the time until a command began
    from tocsin.cli.main import main

    gc.freeze()
    gc.enable()
    main(prog_name="tocsin")

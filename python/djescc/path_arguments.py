# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the blocks take pathlib.Path, and whatever else names a file, for text."""

import functools
import inspect
import os


def _as_text(argument):
    return os.fspath(argument) if isinstance(argument, os.PathLike) else argument


def accept_paths(block):
    """Make the class of a block turn paths into text before its constructor sees them."""
    construct = block.__init__

    @functools.wraps(construct)
    def __init__(self, *arguments, **named):
        construct(
            self,
            *(_as_text(argument) for argument in arguments),
            **{name: _as_text(argument) for name, argument in named.items()},
        )

    block.__init__ = __init__


def accept_paths_in(module):
    """accept_paths() for every block of a module of bindings."""
    for name, value in list(vars(module).items()):
        if inspect.isclass(value) and hasattr(value, "unique_id"):
            accept_paths(value)

# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""The djescc command: built where it is not given, run with its progress on the terminal."""

import pathlib
import re
import shutil
import subprocess
import sys

TREE = pathlib.Path(__file__).resolve().parents[3]


class Missing(Exception):
    """Something that a reader has to get first."""


def build():
    """Install what is missing and build the command."""
    script = ". scripts/lib/setup.sh; djescc_install_packages; djescc_build djescc_command"
    subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=TREE, check=True)
    return TREE / "build/apps/djescc"


def run_to_file(words, path):
    """Run a command, its progress on the terminal and all else in a file."""
    with subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, text=True) as run:
        with open(path, "w") as table:
            for line in run.stdout:
                progress = re.match(r" *\d+ %  ", line)
                print(line, end="", file=sys.stderr if progress else table, flush=True)
    if run.returncode != 0:
        raise subprocess.CalledProcessError(run.returncode, words)


def exit_code_of(reproduction):
    """Run a function; what is missing or failed is one line on standard error."""
    try:
        reproduction()
    except Missing as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        words = " ".join(map(str, error.cmd))
        print(f"error: this failed, and says why above: {words}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def require_gnuplot():
    if not shutil.which("gnuplot"):
        raise Missing("gnuplot draws the curves: install Debian's package gnuplot-nox")

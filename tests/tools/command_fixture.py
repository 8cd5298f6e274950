# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the `djescc` command for tests."""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import unittest

COMMAND = os.environ["DJESCC_COMMAND"]


def run(*arguments):
    """Names of files need not be UTF-8: what is not is replaced in the output."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=300,
    )


def read_until(process, awaited, seconds=200):
    """The first line of standard output with this text. A process that says nothing is ended,
    and one that ended before is an error."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        for line in iter(process.stdout.readline, ""):
            if awaited in line:
                return line
        raise AssertionError(f"no line with {awaited!r}: the process ended or hung {seconds} s")
    finally:
        timer.cancel()


def write_key(path):
    """A key file that depends on its name alone: what pictures look like under a wrong key
    must not hang on the key that was drawn."""
    name = os.path.basename(path)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"djescc-key-1:{hashlib.sha256(name.encode()).hexdigest()}\n")
    return path


class command_test(unittest.TestCase):
    """A temporary folder, and checks of what a run said."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def succeed(self, *arguments):
        result = run(*arguments)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def fail_with(self, text, *arguments, code=1):
        result = run(*arguments)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        self.assertRegex(result.stderr, text)
        if code == 1:
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)

    def interrupt(self, awaited, *arguments):
        """Send Ctrl-C once a line holds this text; give what the run printed
        after it."""
        process = subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        # a fixed delay is too short on a busy machine
        read_until(process, awaited)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 130, errors)
        return output

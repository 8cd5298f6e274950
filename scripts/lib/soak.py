# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts/soak runs: a transmitter, a receiver, and somebody who watches their memory."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

COMMAND = "build/apps/djescc"
WARM_UP = 20.0  # seconds until all buffers and nets are there
SAMPLES_PER_RUN = 60  # of the memory
GROWTH = 1.05  # that counts as flat


def resident_mib(process):
    with open(f"/proc/{process.pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def last_line(log):
    with open(log) as file:
        return json.loads(file.readlines()[-1])


def main():
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    model = sys.argv[2] if len(sys.argv) > 2 else "models/photo-slim-r6"
    pictures = sys.argv[3] if len(sys.argv) > 3 else "examples/pictures/photo"
    with tempfile.TemporaryDirectory() as folder:
        link = f"zmq:ipc://{folder}/air"
        logs = [f"{folder}/transmit.json", f"{folder}/receive.json"]
        arguments = [
            ["transmit", "--model", model, "--input", pictures, "--repeat", "--sink", link],
            # a video file: pictures in a folder would fill the disk
            ["receive", "--model", model, "--source", link, "--output", f"{folder}/x.avi"],
        ]
        if os.path.isdir(pictures):
            # frames of a video have one size, so one picture is sent again and again
            names = sorted(os.listdir(pictures))
            arguments[0][4] = os.path.join(pictures, next(n for n in names if n.endswith(".png")))
        processes = [
            subprocess.Popen(
                [COMMAND, *line, "--json", log],
                stdout=subprocess.DEVNULL,
            )
            for line, log in zip(arguments, logs)
        ]
        start = time.monotonic()
        memory = []
        try:
            while time.monotonic() - start < 60 * minutes:
                time.sleep(max(1.0, 60 * minutes / SAMPLES_PER_RUN))
                if any(process.poll() is not None for process in processes):
                    sys.exit("a process ended by itself")
                seconds = time.monotonic() - start
                if seconds > WARM_UP:
                    memory.append([resident_mib(process) for process in processes])
                    print(
                        f"{seconds:7.0f} s: transmit {memory[-1][0]:6.0f} MiB, "
                        f"receive {memory[-1][1]:6.0f} MiB",
                        flush=True,
                    )
            # the receiver first, so that no burst is on its way to nobody
            for process in reversed(processes):
                process.send_signal(signal.SIGINT)
                process.wait(timeout=120)
        finally:
            for process in processes:
                if process.poll() is None:
                    process.kill()
        report(last_line(logs[1]), memory)


def report(received, memory):
    counters = received["counters"]["burst_receiver"]
    seconds = received["seconds"]
    print(f"{received['images']} pictures in {seconds:.0f} s, {received['images'] / seconds:.2f}/s")
    print("receiver: " + ", ".join(f"{name} {count}" for name, count in counters.items()))
    half = len(memory) // 2
    failed = counters.get("lost", 0) > 0
    for name, column in (("transmit", 0), ("receive", 1)):
        first = max(row[column] for row in memory[: half or 1])
        second = max(row[column] for row in memory[half:])
        print(f"{name}: at most {first:.0f} MiB in the first half, {second:.0f} in the second")
        failed = failed or second > GROWTH * first
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

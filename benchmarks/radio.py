#!/usr/bin/env python3
# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""
What the radio does, measured through its blocks, beside GNU Radio's own OFDM receiver.

    PYTHONPATH=build/test_modules /usr/bin/python3 benchmarks/radio.py [--bursts N] [--noise N]
        [--only headers|side|symbols|back-to-back|peaks|speed|noise ...]

SNR is Es/N0 per carrier; every burst has a carrier offset anywhere within one carrier
spacing, 1024 to 4096 symbols, and begins at a random time. Bursts of GNU Radio's own chain
have 1024 symbols and go through the same channel.
"""

import argparse
import sys
import time

import numpy
import stock_ofdm
from gnuradio import blocks, djescc, gr
from radio_link import emulated, frame_tags, gaussian, receiver_run, transmit

CARRIERS = 64
DATA = numpy.array([k for k in range(-26, 27) if k != 0 and abs(k) not in (7, 20)])
CLOCK_OFFSET = 20.0  # parts of a million, of the channel with multipath
STOCK_BURSTS = 200  # at most; what it does is clear from fewer
BEGIN = time.monotonic()


def progress(text):
    """On standard error, so that the table stays a table."""
    print(f"  [{time.monotonic() - BEGIN:4.0f} s] {text}", file=sys.stderr, flush=True)


def random_taps(generator):
    """Four taps within seven samples, Rayleigh, of power 1 in all."""
    taps = numpy.zeros(7, complex)
    taps[[0, 2, 4, 6]] = gaussian(generator, 4) * numpy.array([1.0, 0.8, 0.6, 0.5])
    return taps / numpy.linalg.norm(taps)


def make_stream(generator, bursts, multipath):
    """Bursts at random times with random carrier offsets, and every burst's taps."""
    pieces, channels = [], []
    for burst in bursts:
        taps = random_taps(generator) if multipath else numpy.ones(1)
        silence = numpy.zeros(int(generator.integers(100, 3000)), numpy.complex64)
        offset = generator.uniform(-1, 1) / CARRIERS
        heard = numpy.convolve(burst, taps)
        heard = heard * numpy.exp(2j * numpy.pi * offset * numpy.arange(len(heard)))
        pieces += [silence, heard.astype(numpy.complex64)]
        channels.append(taps)
    pieces.append(numpy.zeros(3000, numpy.complex64))
    return numpy.concatenate(pieces), channels


def ideal_error(taps, snr_db):
    """Mean square error of LMMSE with a channel that is known."""
    noise = 10 ** (-snr_db / 10)
    delays = numpy.arange(len(taps))
    turns = numpy.exp(-2j * numpy.pi * numpy.outer(DATA, delays) / CARRIERS)
    return numpy.mean(noise / (numpy.abs(turns @ taps) ** 2 + noise))


def decibels(error):
    return -10 * numpy.log10(error)


def random_symbols(generator, count):
    return [
        gaussian(generator, int(length)) for length in generator.integers(1024, 4097, count)
    ]


def measure_headers(count, snr_db, side=b""):
    """Bursts that were detected with their header and side bytes right, of how many."""
    generator = numpy.random.default_rng(int(abs(snr_db)) + 1)
    found = sent = 0
    while sent < count:
        part = min(200, count - sent)
        symbols = random_symbols(generator, part)
        stream, _ = make_stream(generator, transmit(symbols, side=side), False)
        run = receiver_run(stream, snr_db=snr_db, seed=sent)
        found += sum(
            len(run.frames.get(number, ())) == len(symbols[number])
            and run.sides[number] == side
            for number in range(part)
        )
        sent += part
        progress(f"headers at {snr_db:.0f} dB: {found} of {sent}")
    return found, sent


def stock_run(count, multipath, **channel):
    """Bursts of GNU Radio's chain through the same channel: what was sent, what arrived."""
    generator = numpy.random.default_rng(7)
    symbols = [gaussian(generator, stock_ofdm.SYMBOLS) for _ in range(count)]
    bursts = stock_ofdm.make_bursts(symbols)
    stream, _ = make_stream(generator, bursts, multipath)
    found, _ = stock_ofdm.receive(emulated(stream, **channel))
    return symbols, found


def channel_of(snr_db, multipath):
    return {"snr_db": snr_db, "clock_offset": CLOCK_OFFSET if multipath else 0.0, "seed": 3}


def measure_symbols(snr_db, multipath, count=40):
    """Symbol SNR recovered, ideal, and of GNU Radio's chain, as text."""
    generator = numpy.random.default_rng(100 + int(snr_db))
    symbols = random_symbols(generator, count)
    stream, channels = make_stream(generator, transmit(symbols), multipath)
    run = receiver_run(stream, **channel_of(snr_db, multipath))
    ideal = decibels(numpy.mean([ideal_error(taps, snr_db) for taps in channels]))
    stock = stock_run(count, multipath, **channel_of(snr_db, multipath))
    return f"{describe_errors(symbols, run.frames)}  {ideal:5.2f}  {describe_errors(*stock)}"


def describe_errors(sent, found):
    """SNR of the symbols of all bursts that arrived, and how many did."""
    share = f"({len(found)} of {len(sent)} bursts)"
    if not found:
        return f"   -- {share}"
    errors = [numpy.mean(numpy.abs(found[i] - sent[i]) ** 2) for i in found]
    return f"{decibels(numpy.mean(errors)):5.2f} {share}"


def measure_back_to_back(count=400):
    generator = numpy.random.default_rng(5)
    symbols = [gaussian(generator, 1024) for _ in range(count)]
    run = receiver_run(numpy.concatenate(transmit(symbols)), snr_db=10.0)
    return len(run.frames), count


def measure_peaks(clip_db, count=40):
    """Highest sample of a hundred, of all, over the mean power, and the SNR that clipping
    leaves of the symbols without noise; all in dB."""
    generator = numpy.random.default_rng(8)
    symbols = [gaussian(generator, 4096) for _ in range(count)]
    samples = numpy.concatenate(transmit(symbols, clip_db))
    power = numpy.abs(samples.astype(complex)) ** 2
    often, highest = numpy.percentile(power, [99, 100]) / numpy.mean(power)
    run = receiver_run(samples, snr_db=120.0)
    errors = [numpy.mean(numpy.abs(run.frames[i] - symbols[i]) ** 2) for i in run.frames]
    return -decibels(often), -decibels(highest), decibels(numpy.mean(errors))


def measure_noise(samples):
    top = gr.top_block()
    receiver = djescc.burst_receiver()
    top.connect(
        blocks.null_source(gr.sizeof_gr_complex),
        blocks.head(gr.sizeof_gr_complex, samples),
        djescc.channel_emulator(snr_db=0.0, seed=9),
        receiver,
        blocks.null_sink(gr.sizeof_gr_complex),
    )
    top.run()
    return receiver.counters()


def measure_speed():
    """Millions of samples a second through each block, whose thread has one core at most."""
    generator = numpy.random.default_rng(6)
    symbols = [gaussian(generator, 4096) for _ in range(40)]
    samples = numpy.concatenate(transmit(symbols)).tolist()
    rates = []
    for make, items, tags in (
        (djescc.burst_transmitter, numpy.concatenate(symbols), symbols),
        (djescc.burst_receiver, samples, None),
    ):
        top = gr.top_block()
        tags = list(frame_tags(map(len, tags))) if tags else []
        source = blocks.vector_source_c(items, True, 1, tags)
        block = make()
        counted = blocks.head(gr.sizeof_gr_complex, 60000000)
        sink = blocks.null_sink(gr.sizeof_gr_complex)
        if make is djescc.burst_transmitter:
            top.connect(source, block, counted, sink)
        else:
            top.connect(source, counted, block, sink)
        begin = time.perf_counter()
        top.run()
        rates.append(60.0 / (time.perf_counter() - begin))
    return rates


def print_headers(options):
    print("Detection with a correct header: this radio, GNU Radio's own")
    for snr_db in (0.0, 3.0):
        found, sent = measure_headers(options.bursts, snr_db)
        count = min(STOCK_BURSTS, options.bursts)
        _, stock = stock_run(count, False, **channel_of(snr_db, False))
        print(
            f"  {snr_db:4.1f} dB  {found} of {sent} = {100 * found / sent:.2f} %  "
            f"{len(stock)} of {count}",
            flush=True,
        )


def print_side(options):
    print("Header and side bytes right, by the number of side bytes")
    for snr_db in (-2.0, -1.0, 0.0):
        for length in (0, 16, 64, 255):
            side = bytes((37 * i + length) % 256 for i in range(length))
            found, sent = measure_headers(options.bursts, snr_db, side)
            print(f"  {snr_db:4.1f} dB  {length:3d} bytes  {found} of {sent}", flush=True)


def print_symbols(_):
    print("Symbol SNR after LMMSE in dB: this radio, the ideal, GNU Radio's own")
    for multipath in (False, True):
        print(
            f"  4 taps in 7 samples, {CLOCK_OFFSET:.0f} ppm" if multipath else "  flat channel"
        )
        for snr_db in (5.0, 10.0, 15.0, 20.0, 25.0):
            print(f"  {snr_db:4.1f} dB  {measure_symbols(snr_db, multipath)}", flush=True)


def print_back_to_back(_):
    found, sent = measure_back_to_back()
    print(f"Back to back: this radio at 10 dB: {found} of {sent}", flush=True)
    for symbols, snr_db in ((1024, 10.0), (1024, 100.0), (4000, 100.0)):
        print(
            f"  GNU Radio's own, bursts of {symbols} symbols at {snr_db:.0f} dB: "
            f"{stock_ofdm.describe_back_to_back(symbols, snr_db, STOCK_BURSTS)}",
            flush=True,
        )


def print_peaks(_):
    print("Clipping: 99 % of samples below, peak, symbol SNR left, its cost at 20 dB SNR, dB")
    for clip_db in (numpy.inf, 9.0, 8.0, 7.0, 6.0, 5.0):
        often, highest, left = measure_peaks(clip_db)
        cost = 10 * numpy.log10(1 + 10 ** ((20 - left) / 10))
        print(
            f"  {clip_db:4.1f}  {often:5.2f}  {highest:5.2f}  {left:5.1f}  {cost:5.2f}",
            flush=True,
        )


def print_speed(_):
    transmitter, receiver = measure_speed()
    print(
        f"Millions of samples a second: transmitter {transmitter:.1f}, receiver "
        f"{receiver:.1f}; {stock_ofdm.describe_speed()}",
        flush=True,
    )


def print_noise(options):
    counters = measure_noise(options.noise)
    print(
        f"{options.noise} samples of noise: {counters['detected']} false preambles, "
        f"{counters['frames_in']} false headers",
        flush=True,
    )


PARTS = {
    "headers": print_headers,
    "side": print_side,
    "symbols": print_symbols,
    "back-to-back": print_back_to_back,
    "peaks": print_peaks,
    "speed": print_speed,
    "noise": print_noise,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bursts", type=int, default=1000, help="for the headers' figures")
    parser.add_argument("--noise", type=int, default=10**8, help="samples of noise alone")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART")
    options = parser.parse_args()
    gr.logging().set_default_level(gr.log_levels.error)
    for part in options.only:
        progress(part)
        PARTS[part](options)
    progress("done")


if __name__ == "__main__":
    main()

# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
"""
The receiver that gr-digital's ofdm_rx consists of, with symbols that are no constellation:
Schmidl-Cox synchronisation, header/payload demultiplexer, channel estimate, static
equaliser. The transmitter is in numpy.
"""

import time

import numpy
import pmt
from gnuradio import analog, blocks, digital, fft, gr

FFT, PREFIX = 64, 16
PILOTS = (-21, -7, 7, 21)
DATA = tuple(k for k in range(-26, 27) if k != 0 and k not in PILOTS)
PILOT_VALUES = (1, 1, 1, -1)
LENGTH, FRAME, NUMBER = "packet_len", "frame_len", "packet_num"
SYMBOLS = 1024  # of every burst, where nothing else is said
PATIENCE = 10.0  # seconds without a new symbol after which the chain counts as stuck


def sync_words():
    generator = numpy.random.default_rng(42)
    carriers = numpy.arange(-FFT // 2, FFT // 2)
    used = (numpy.abs(carriers) <= 26) & (carriers != 0)
    signs = generator.choice([-1.0, 1.0], (2, FFT))
    first = numpy.where(used & (carriers % 2 == 0), numpy.sqrt(2) * signs[0], 0)
    return first, numpy.where(used, signs[1], 0)


def header_format():
    # Eight bits a payload symbol: bytes and symbols are the same number.
    return digital.packet_header_ofdm([DATA], 1, LENGTH, FRAME, NUMBER, 1, 8, False)


def header_bits(bursts, symbols):
    """The headers of so many bursts of so many symbols as 48 BPSK symbols each."""
    top = gr.top_block()
    tags = [
        gr.tag_utils.python_to_tag(
            (i * symbols, pmt.intern(LENGTH), pmt.from_long(symbols), pmt.PMT_F)
        )
        for i in range(bursts)
    ]
    sink = blocks.vector_sink_b()
    # The generator holds no reference to what it gets.
    formatter = header_format()
    top.connect(
        blocks.vector_source_b([0] * (bursts * symbols), False, 1, tags),
        digital.packet_headergenerator_bb(formatter.base(), LENGTH),
        sink,
    )
    top.run()
    return 2.0 * numpy.array(sink.data()).reshape(bursts, len(DATA)) - 1.0


def ofdm_symbols(values):
    """Rows of values on the data carriers to samples with prefix and pilots."""
    grid = numpy.zeros((len(values), FFT), complex)
    grid[:, numpy.array(DATA)] = values
    grid[:, numpy.array(PILOTS)] = PILOT_VALUES
    return with_prefix(grid)


def with_prefix(grid):
    samples = numpy.fft.ifft(grid, axis=1) * numpy.sqrt(FFT)
    return numpy.concatenate([samples[:, -PREFIX:], samples], axis=1).ravel()


def make_bursts(symbols):
    """The samples of each row of symbols; at most 4095 in a row, as its header counts."""
    words = with_prefix(numpy.fft.ifftshift(numpy.array(sync_words()), axes=1))
    length = len(symbols[0])
    headers = header_bits(len(symbols), length)
    rows = -(-length // len(DATA))
    for header, payload in zip(headers, symbols):
        padded = numpy.concatenate([payload, numpy.ones(rows * len(DATA) - length)])
        body = ofdm_symbols(numpy.vstack([header, padded.reshape(rows, len(DATA))]))
        yield numpy.concatenate([words, body])


class receiver(gr.hier_block2):
    def __init__(self):
        gr.hier_block2.__init__(
            self,
            "stock_receiver",
            gr.io_signature(1, 1, gr.sizeof_gr_complex),
            gr.io_signature(1, 1, gr.sizeof_gr_complex),
        )
        first, second = (list(word) for word in sync_words())
        sync = digital.ofdm_sync_sc_cfb(FFT, PREFIX, True)
        mixer = blocks.multiply_cc()
        demux = digital.header_payload_demux(3, FFT, PREFIX, FRAME, "", True)
        delay = blocks.delay(gr.sizeof_gr_complex, FFT + PREFIX)
        self.connect(self, sync)
        self.connect(self, delay, (mixer, 0), (demux, 0))
        self.connect((sync, 0), analog.frequency_modulator_fc(-2.0 / FFT), (mixer, 1))
        self.connect((sync, 1), (demux, 1))

        def equalizer(skipped):
            static = digital.ofdm_equalizer_static(
                FFT, [DATA], [PILOTS], [PILOT_VALUES], skipped
            )
            return digital.ofdm_frame_equalizer_vcvc(
                static.base(), PREFIX, FRAME, skipped == 0, 1 if skipped == 0 else 0
            )

        bpsk = digital.constellation_bpsk()
        self.formatter = header_format()
        parser = digital.packet_headerparser_b(self.formatter.formatter())
        self.connect(
            (demux, 0),
            fft.fft_vcc(FFT, True, (), True),
            digital.ofdm_chanest_vcvc(first, second, 1),
            equalizer(0),
            digital.ofdm_serializer_vcc(FFT, [DATA], FRAME),
            digital.constellation_decoder_cb(bpsk.base()),
            parser,
        )
        self.msg_connect(parser, "header_data", demux, "header_data")
        self.connect(
            (demux, 1),
            fft.fft_vcc(FFT, True, (), True),
            equalizer(1),
            digital.ofdm_serializer_vcc(FFT, [DATA], FRAME, LENGTH, 1),
            self,
        )


def receive(samples, symbols=SYMBOLS):
    """Payloads of so many symbols by number, and the seconds that it took."""
    top = gr.top_block()
    sink = blocks.vector_sink_c()
    top.connect(blocks.vector_source_c(samples), receiver(), sink)
    begin = last = time.perf_counter()
    seen = -1
    top.start()
    while time.perf_counter() - last < PATIENCE:
        if sink.nitems_read(0) != seen:
            seen, last = sink.nitems_read(0), time.perf_counter()
        time.sleep(0.01)
    top.stop()
    top.wait()
    items = numpy.array(sink.data(), numpy.complex64)
    found = {}
    for tag in sink.tags():
        if pmt.symbol_to_string(tag.key) == NUMBER:
            part = items[tag.offset : tag.offset + symbols]
            if len(part) == symbols:
                found[pmt.to_long(tag.value)] = part
    return found, last - begin


def stream(symbols, snr_db, silence):
    """Rows of symbols as bursts in noise, each with a carrier offset of its own."""
    generator = numpy.random.default_rng(8)
    pieces = []
    for burst in make_bursts(symbols):
        turn = generator.uniform(-1, 1) / FFT
        pieces.append(numpy.zeros(silence))
        pieces.append(burst * numpy.exp(2j * numpy.pi * turn * numpy.arange(len(burst))))
    pieces.append(numpy.zeros(5000))
    samples = numpy.concatenate(pieces)
    noise = generator.normal(size=(len(samples), 2)) @ [1, 1j]
    samples = samples + noise * numpy.sqrt(10 ** (-snr_db / 10) / 2)
    return samples.astype(numpy.complex64)


def random_symbols(bursts, symbols):
    generator = numpy.random.default_rng(7)
    return (generator.normal(size=(bursts, symbols, 2)) * numpy.sqrt(0.5)) @ [1, 1j]


def describe_back_to_back(symbols, snr_db, count):
    found, _ = receive(stream(random_symbols(count, symbols), snr_db, 0), symbols)
    return f"{len(found)} of {count}"


def describe_speed(count=1000):
    samples = stream(random_symbols(count, SYMBOLS), 30.0, 1500)
    _, seconds = receive(samples)
    return f"GNU Radio's own receiver {len(samples) / seconds / 1e6:.1f}"

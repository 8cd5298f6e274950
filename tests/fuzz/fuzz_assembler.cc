/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Fuzz target of the assembler of images from bursts.

#include "radio/burst/burst_assembler.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace {

using namespace gr::djescc;

//! Numbers from the fuzzer's bytes; zeros once they are used up.
class Bytes
{
public:
    Bytes(const uint8_t* data, std::size_t size) : d_data(data), d_left(size) {}

    uint32_t get(uint32_t bound)
    {
        uint32_t value = 0;
        for (int i = 0; i < 2 && d_left > 0; i++, d_left--) {
            value = value << 8 | *d_data++;
        }
        return value % bound;
    }
    bool empty() const { return d_left == 0; }

private:
    const uint8_t* d_data;
    std::size_t d_left;
};

//! A burst as a demodulator hands it on: its header has passed burst_header::unpack().
received_burst next_burst(Bytes& bytes, bool spread, int64_t& now)
{
    received_burst burst;
    auto& header = burst.header;
    header.session = static_cast<uint16_t>(bytes.get(2));
    header.facts.model = djescc::Fingerprint{ static_cast<uint8_t>(bytes.get(2)) };
    header.facts.id = bytes.get(6);
    header.facts.shape = { 1, 1 + bytes.get(3), 4 };
    header.facts.parts = 1 + bytes.get(3);
    header.facts.part = bytes.get(static_cast<uint32_t>(header.facts.parts));
    header.side_size = static_cast<uint8_t>(bytes.get(3));
    header.extended = header.side_size > 0 && bytes.get(2) == 1;
    if (header.extended) {
        header.facts.side.assign(header.side_size, static_cast<uint8_t>(bytes.get(2)));
    }
    header.bursts = static_cast<uint16_t>(1 + bytes.get(20));
    header.burst = static_cast<uint16_t>(bytes.get(header.bursts));
    header.image_symbols = header.bursts + bytes.get(600);
    header.symbols = static_cast<uint16_t>(
        symbols_of_burst(header.image_symbols, header.bursts, header.burst));
    header.power_scale = static_cast<int16_t>(bytes.get(65536));
    header.enciphered = bytes.get(2) == 1;
    header.spread = spread;
    header.counter = bytes.get(65536);
    if (!burst_header::unpack(header.pack())) {
        std::abort(); // the fuzzer makes headers that exist
    }
    now += bytes.get(2000);
    burst.sample = now - bytes.get(300); // not quite in order
    burst.symbols.resize(header.symbols);
    burst.reliability.resize(header.symbols);
    const std::size_t there =
        bytes.get(4) == 0 ? bytes.get(header.symbols + 1u) : header.symbols;
    for (std::size_t i = 0; i < there; i++) {
        burst.symbols[i] = gr_complex(1, -1);
        burst.reliability[i] = 0.5f;
    }
    burst.cut_short = there < header.symbols;
    return burst;
}

void check(const std::vector<assembled_image>& finished, bool spread)
{
    for (const auto& image : finished) {
        if (image.facts.part >= image.facts.parts || image.facts.side.size() > 2) {
            std::abort();
        }
        uint64_t erased = 0;
        for (std::size_t i = 0; i < image.reliability.size(); i++) {
            const auto symbol = image.symbols[i];
            if (!std::isfinite(symbol.real()) || !std::isfinite(symbol.imag())) {
                std::abort();
            }
            if (!spread && image.reliability[i] == 0.0f) {
                erased++;
                if (symbol != gr_complex(0, 0)) {
                    std::abort();
                }
            }
        }
        if (!spread && erased != image.erased) {
            std::abort();
        }
    }
}

} // namespace

/*! Bursts of a few images in any order, contradicting one another, late, twice and cut
 *  short: every image comes out once, whole or with its missing symbols marked. */
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    Bytes bytes(data, size);
    burst_assembler::options options;
    options.timeout = 1 + bytes.get(20000);
    options.max_open_images = 1 + bytes.get(4);
    options.shrink = bytes.get(2) == 1;
    const bool spread = bytes.get(2) == 1;
    receiver_counters counters;
    burst_assembler assembler(options, nullptr, counters);
    int64_t now = 0;
    while (!bytes.empty()) {
        std::vector<assembled_image> finished;
        assembler.push(next_burst(bytes, spread, now), finished);
        if (bytes.get(4) == 0) {
            assembler.expire(now, finished);
        }
        check(finished, spread);
        if (assembler.open_images() > options.max_open_images) {
            std::abort();
        }
    }
    std::vector<assembled_image> finished;
    assembler.finish(finished);
    check(finished, spread);
    if (assembler.open_images() != 0 || counters.images != counters.images_begun) {
        std::abort();
    }
    return 0;
}

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Symbols over the radio's parts without a flowgraph, for tests of the link. */
#pragma once

#include "radio/burst/burst_builder.h"
#include "radio/burst/sample_receiver.h"
#include "radio/propagation/propagation_model.h"
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace gr::djescc::test {

//! Symbols CN(0, 1).
inline std::vector<gr_complex> gaussian_symbols(size_t count, uint64_t seed)
{
    std::vector<gr_complex> symbols(count);
    complex_gaussian_noise(seed).add(symbols.data(), symbols.data(), count, 1.0f);
    return symbols;
}

inline ::djescc::FrameFacts described(int64_t id)
{
    ::djescc::FrameFacts facts;
    facts.model = ::djescc::Fingerprint{ 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
    facts.id = id;
    facts.shape = { 3, 32, 48 };
    return facts;
}

//! Accepts what it made itself, each counter once.
class test_guard : public header_guard
{
public:
    explicit test_guard(uint8_t key) : d_key(key) {}
    uint64_t take_counters(uint64_t count) override
    {
        const uint64_t first = d_next;
        d_next += count;
        return first;
    }
    tag_bytes tag(uint64_t counter, const uint8_t* header, size_t size) override
    {
        tag_bytes tag{};
        for (size_t i = 0; i < size; i++) {
            tag[i % tag.size()] =
                static_cast<uint8_t>(31 * tag[i % tag.size()] + header[i]);
        }
        tag[0] = static_cast<uint8_t>(tag[0] + d_key + counter);
        return tag;
    }
    verdict check(uint64_t counter,
                  const uint8_t* header,
                  size_t size,
                  const tag_bytes& found) override
    {
        if (tag(counter, header, size) != found) {
            return verdict::forged;
        }
        if (counter <= d_last) {
            return verdict::replayed;
        }
        d_last = counter;
        return verdict::accepted;
    }

private:
    uint8_t d_key;
    uint64_t d_next = 1000, d_last = 0;
};

//! Reverses the symbols and adds the counter to their phases.
class test_cipher : public symbol_cipher
{
public:
    void encipher(gr_complex* symbols, size_t count, uint64_t counter) override
    {
        std::reverse(symbols, symbols + count);
        turn(symbols, count, static_cast<double>(counter));
    }
    void decipher(gr_complex* symbols, size_t count, uint64_t counter) override
    {
        turn(symbols, count, -static_cast<double>(counter));
        std::reverse(symbols, symbols + count);
    }

private:
    static void turn(gr_complex* symbols, size_t count, double angle)
    {
        for (size_t i = 0; i < count; i++) {
            symbols[i] *= gr_complex(std::polar(1.0, angle));
        }
    }
};

inline sample_receiver::options receive(int64_t timeout = 1 << 20, bool shrink = true)
{
    sample_receiver::options options;
    options.assembly.timeout = timeout;
    options.assembly.shrink = shrink;
    return options;
}

//! A burst's samples in silence.
inline std::vector<gr_complex>
burst_in_silence(burst_builder& builder, uint32_t burst, size_t before, size_t after)
{
    std::vector<gr_complex> samples(before + builder.burst_samples(burst) + after);
    builder.build(burst, samples.data() + before);
    return samples;
}

inline void append(std::vector<gr_complex>& to, const std::vector<gr_complex>& samples)
{
    to.insert(to.end(), samples.begin(), samples.end());
}

inline std::vector<gr_complex> through(const std::vector<gr_complex>& samples,
                                       const channel_settings& settings,
                                       uint64_t seed = 1)
{
    propagation_model channel(seed);
    std::vector<gr_complex> out;
    channel.process(samples.data(), samples.size(), settings, out);
    return out;
}

inline std::vector<assembled_image> received(sample_receiver& receiver,
                                             const std::vector<gr_complex>& samples,
                                             size_t piece = 0)
{
    std::vector<assembled_image> images;
    if (piece == 0) {
        piece = samples.size();
    }
    for (size_t done = 0; done < samples.size(); done += piece) {
        receiver.push(
            samples.data() + done, std::min(piece, samples.size() - done), images);
    }
    receiver.finish(images);
    return images;
}

//! Mean square error against symbols of power 1, as the SNR it leaves in dB.
inline double error_snr(const std::vector<gr_complex>& sent, const gr_complex* got)
{
    double error = 0.0;
    for (size_t i = 0; i < sent.size(); i++) {
        error += static_cast<double>(std::norm(sent[i] - got[i]));
    }
    return -10.0 * std::log10(error / static_cast<double>(sent.size()));
}

} // namespace gr::djescc::test

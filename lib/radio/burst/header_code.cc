/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Convolutional code by gr-fec, permuted, repeated and scrambled. */

#include "radio/burst/header_code.h"

#include "radio/burst/split_mix.h"
#include <algorithm>
#include <cmath>
#include <gnuradio/fec/cc_decoder.h>
#include <gnuradio/fec/cc_encoder.h>

namespace gr {
namespace djescc {

namespace {

constexpr int constraint_length = 7;
constexpr int inverse_rate = 2;
const std::vector<int> generators{ 109, 79 }; // 171 and 133 octal, bits reversed

/*! The n-th sent bit is coded bit (n * stride) mod coded_bits: neighbours of the trellis
 *  lie on distant carriers, and repetitions on different ones. Coprime to coded_bits. */
constexpr size_t stride = 331;
static_assert(header_code::coded_bits == 940, "choose a stride that is coprime to it");

/*! Soft values of the decoder are bytes around the middle; the root mean square is put at
 *  this distance, a quarter of the range, so that few are clipped. */
constexpr float soft_middle = 127.5f;
constexpr float soft_spread = 48.0f;

} // namespace

header_code::header_code(size_t symbols)
    : d_symbols(symbols)
    , d_source(2 * symbols)
    , d_scramble(2 * symbols)
    , d_encoder(gr::fec::code::cc_encoder::make(static_cast<int>(information_bits),
                                                constraint_length,
                                                inverse_rate,
                                                generators,
                                                0,
                                                CC_TERMINATED))
    , d_decoder(gr::fec::code::cc_decoder::make(static_cast<int>(information_bits),
                                                constraint_length,
                                                inverse_rate,
                                                generators,
                                                0,
                                                0,
                                                CC_TERMINATED))
    , d_bits(information_bits)
    , d_coded(coded_bits)
    , d_soft(coded_bits)
{
    for (size_t i = 0; i < 2 * symbols; i++) {
        d_source[i] = static_cast<uint32_t>(i * stride % coded_bits);
        d_scramble[i] = (split_mix(format_seed::header, i / 64) >> (i % 64)) & 1;
    }
}

void header_code::encode(const burst_header::bytes& bytes, gr_complex* symbols)
{
    for (size_t i = 0; i < information_bits; i++) {
        d_bits[i] = (bytes[i / 8] >> (7 - i % 8)) & 1;
    }
    d_encoder->generic_work(d_bits.data(), d_coded.data());
    const auto sent = [this](size_t i) {
        return d_coded[d_source[i]] ^ d_scramble[i] ? -std::sqrt(0.5f) : std::sqrt(0.5f);
    };
    for (size_t i = 0; i < d_symbols; i++) {
        symbols[i] = gr_complex(sent(2 * i), sent(2 * i + 1));
    }
}

burst_header::bytes header_code::decode(const gr_complex* symbols)
{
    std::fill(d_soft.begin(), d_soft.end(), 0.0f);
    const auto collect = [this](size_t i, float value) {
        d_soft[d_source[i]] += d_scramble[i] ? value : -value;
    };
    for (size_t i = 0; i < d_symbols; i++) {
        collect(2 * i, symbols[i].real());
        collect(2 * i + 1, symbols[i].imag());
    }
    float power = 0.0f;
    for (const float value : d_soft) {
        power += value * value;
    }
    const float mean_square = power / static_cast<float>(coded_bits);
    const float scale = mean_square > 0.0f ? soft_spread / std::sqrt(mean_square) : 0.0f;
    for (size_t i = 0; i < coded_bits; i++) {
        const float soft = soft_middle + 0.5f + scale * d_soft[i];
        d_coded[i] = static_cast<uint8_t>(std::clamp(soft, 0.0f, 255.0f));
    }
    d_decoder->generic_work(d_coded.data(), d_bits.data());
    burst_header::bytes bytes{};
    for (size_t i = 0; i < information_bits; i++) {
        bytes[i / 8] =
            static_cast<uint8_t>(bytes[i / 8] | (d_bits[i] & 1) << (7 - i % 8));
    }
    return bytes;
}

} // namespace djescc
} // namespace gr

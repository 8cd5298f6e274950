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
#include <numeric>

namespace gr {
namespace djescc {

namespace {

constexpr int constraint_length = 7;
constexpr int inverse_rate = 2;
const std::vector<int> generators{ 109, 79 }; // 171 and 133 octal, bits reversed

/*! The n-th sent bit is coded bit (n * stride) mod coded bits: neighbours of the trellis
 *  lie on distant carriers, and repetitions on different ones. 331 for a header's 940
 *  bits, otherwise the least number from the same share of the bits on that is coprime to
 *  them; then no extension's neighbours lie closer than 11 bits. */
constexpr size_t header_bits = 940, header_stride = 331;

size_t stride_for(size_t coded_bits)
{
    size_t stride = (header_stride * coded_bits + header_bits - 1) / header_bits;
    while (std::gcd(stride, coded_bits) != 1) {
        stride++;
    }
    return stride;
}

/*! Soft values of the decoder are bytes around the middle; the root mean square is put at
 *  this distance, a quarter of the range, so that few are clipped. */
constexpr float soft_middle = 127.5f;
constexpr float soft_spread = 48.0f;

} // namespace

header_code::header_code(size_t bytes, size_t symbols, uint64_t seed)
    : d_bytes(bytes)
    , d_symbols(symbols)
    , d_source(2 * symbols)
    , d_scramble(2 * symbols)
    , d_encoder(gr::fec::code::cc_encoder::make(static_cast<int>(8 * bytes),
                                                constraint_length,
                                                inverse_rate,
                                                generators,
                                                0,
                                                CC_TERMINATED))
    , d_decoder(gr::fec::code::cc_decoder::make(static_cast<int>(8 * bytes),
                                                constraint_length,
                                                inverse_rate,
                                                generators,
                                                0,
                                                0,
                                                CC_TERMINATED))
    , d_bits(8 * bytes)
    , d_coded(coded_bits(bytes))
    , d_soft(coded_bits(bytes))
{
    const size_t stride = stride_for(d_coded.size());
    for (size_t i = 0; i < 2 * symbols; i++) {
        d_source[i] = static_cast<uint32_t>(i * stride % d_coded.size());
        d_scramble[i] = (split_mix(seed, i / 64) >> (i % 64)) & 1;
    }
}

void header_code::encode(const uint8_t* bytes, gr_complex* symbols)
{
    for (size_t i = 0; i < d_bits.size(); i++) {
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

void header_code::decode(const gr_complex* symbols, uint8_t* bytes)
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
    const float mean_square = power / static_cast<float>(d_soft.size());
    const float scale = mean_square > 0.0f ? soft_spread / std::sqrt(mean_square) : 0.0f;
    for (size_t i = 0; i < d_soft.size(); i++) {
        const float soft = soft_middle + 0.5f + scale * d_soft[i];
        d_coded[i] = static_cast<uint8_t>(std::clamp(soft, 0.0f, 255.0f));
    }
    d_decoder->generic_work(d_coded.data(), d_bits.data());
    std::fill_n(bytes, d_bytes, uint8_t(0));
    for (size_t i = 0; i < d_bits.size(); i++) {
        bytes[i / 8] =
            static_cast<uint8_t>(bytes[i / 8] | (d_bits[i] & 1) << (7 - i % 8));
    }
}

} // namespace djescc
} // namespace gr

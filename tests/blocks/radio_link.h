/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "radio/burst/burst_builder.h"
#include "radio/burst/sample_receiver.h"
#include "radio/propagation/propagation_model.h"
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

inline image_description described(uint32_t id)
{
    image_description image;
    image.fingerprint = 0x0123456789abcdef;
    image.id = id;
    image.shape = { 3, 32, 48 };
    return image;
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

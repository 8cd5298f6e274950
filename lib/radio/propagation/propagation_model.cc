/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The steps of the channel emulator, one after the other. */

#include "radio/propagation/propagation_model.h"

#include <algorithm>
#include <cmath>
#include <djescc/error.h>

namespace gr {
namespace djescc {

namespace {

double from_db(double db) { return std::pow(10.0, db / 20.0); }

bool within(double value, double least, double most)
{
    return value >= least && value <= most; // false for a NaN
}

} // namespace

void channel_settings::validate() const
{
    const auto require = [](bool good, const char* what) {
        if (!good) {
            throw ::djescc::ConfigError(std::string("channel_emulator: ") + what);
        }
    };
    const double infinity = std::numeric_limits<double>::infinity();
    require(within(burst_loss, 0.0, 1.0), "burst_loss must be 0 to 1");
    require(!taps.empty() && taps.size() <= 64, "taps must be 1 to 64");
    for (const auto& tap : taps) {
        require(std::isfinite(tap.real()) && std::isfinite(tap.imag()),
                "taps must be finite");
    }
    require(within(doppler, 0.0, 0.01), "doppler must be 0 to 0.01");
    require(within(clock_offset, -1000.0, 1000.0), "clock_offset must be -1000 to 1000");
    require(within(carrier_offset, -0.5, 0.5), "carrier_offset must be -0.5 to 0.5");
    require(within(linewidth, 0.0, 0.01), "linewidth must be 0 to 0.01");
    require(within(gain_step_db, -60.0, 60.0), "gain_step_db must be -60 to 60");
    require(gain_period >= 1, "gain_period must be at least 1");
    require(within(tone_amplitude, 0.0, 1e6), "tone_amplitude must be 0 to 1000000");
    require(within(tone_frequency, -0.5, 0.5), "tone_frequency must be -0.5 to 0.5");
    require(within(snr_db, -100.0, infinity), "snr_db must be -100 or more");
    require(within(iq_gain_db, -20.0, 20.0), "iq_gain_db must be -20 to 20");
    require(within(iq_phase_degrees, -45.0, 45.0), "iq_phase_degrees must be -45 to 45");
    require(quantizer_bits == 0 || (quantizer_bits >= 2 && quantizer_bits <= 24),
            "quantizer_bits must be 0 or 2 to 24");
    require(full_scale > 0.0 && std::isfinite(full_scale),
            "full_scale must be finite and above 0");
    require(drop_interval >= 0, "drop_interval must be 0 or more");
    require(drop_length >= 1, "drop_length must be at least 1");
}

propagation_model::propagation_model(uint64_t seed)
    : d_random(seed), d_multipath(seed + 1), d_noise(seed + 2), d_phase_noise(seed + 3)
{
}

void propagation_model::begin_burst(const channel_settings& settings)
{
    d_silent = std::bernoulli_distribution(settings.burst_loss)(d_random);
    if (d_silent) {
        d_lost_bursts++;
    }
}

void propagation_model::process(const gr_complex* in,
                                size_t count,
                                const channel_settings& settings,
                                std::vector<gr_complex>& out)
{
    d_faded.assign(in, in + count);
    if (d_silent) {
        std::fill(d_faded.begin(), d_faded.end(), gr_complex(0.0f));
    }
    d_multipath.process(
        d_faded.data(), count, settings.taps, settings.doppler, d_faded.data());
    d_samples.clear();
    if (settings.clock_offset != 0.0) {
        d_clock.process(d_faded.data(), count, 1e-6 * settings.clock_offset, d_samples);
    } else {
        d_samples.swap(d_faded);
    }
    const size_t length = d_samples.size();
    rotate(d_samples.data(), length, settings);
    step_gain(d_samples.data(), length, settings);
    if (settings.tone_amplitude > 0.0) {
        for (auto& sample : d_samples) {
            sample += gr_complex(std::polar(settings.tone_amplitude, d_tone_phase));
            d_tone_phase = std::remainder(
                d_tone_phase + 2.0 * M_PI * settings.tone_frequency, 2.0 * M_PI);
        }
    }
    if (std::isfinite(settings.snr_db)) {
        d_noise.add(d_samples.data(),
                    d_samples.data(),
                    length,
                    static_cast<float>(from_db(-settings.snr_db)));
    }
    convert(d_samples.data(), length, settings);
    drop(d_samples, settings, out);
}

void propagation_model::rotate(gr_complex* samples,
                               size_t count,
                               const channel_settings& settings)
{
    if (settings.carrier_offset == 0.0 && settings.linewidth == 0.0) {
        return;
    }
    d_walk.assign(count, 0.0f);
    if (settings.linewidth > 0.0) {
        // The real parts have half of the noise's power.
        const double step = std::sqrt(2.0 * 2.0 * M_PI * settings.linewidth);
        d_phase_noise.add(d_walk.data(), d_walk.data(), count, static_cast<float>(step));
    }
    for (size_t i = 0; i < count; i++) {
        const gr_complex turn(std::polar(1.0, d_phase));
        const gr_complex sample = samples[i];
        samples[i] = { sample.real() * turn.real() - sample.imag() * turn.imag(),
                       sample.real() * turn.imag() + sample.imag() * turn.real() };
        d_phase = std::remainder(d_phase + 2.0 * M_PI * settings.carrier_offset +
                                     static_cast<double>(d_walk[i].real()),
                                 2.0 * M_PI);
    }
}

void propagation_model::step_gain(gr_complex* samples,
                                  size_t count,
                                  const channel_settings& settings)
{
    if (settings.gain_step_db == 0.0) {
        return;
    }
    const auto gain = static_cast<float>(from_db(settings.gain_step_db));
    for (size_t i = 0; i < count; i++) {
        d_gain_position = (d_gain_position + 1) % (2 * settings.gain_period);
        if (d_gain_position >= settings.gain_period) {
            samples[i] *= gain;
        }
    }
}

//! The receiver's mixer and converter.
void propagation_model::convert(gr_complex* samples,
                                size_t count,
                                const channel_settings& settings) const
{
    if (settings.iq_gain_db != 0.0 || settings.iq_phase_degrees != 0.0) {
        const double gain = from_db(settings.iq_gain_db);
        const double phase = settings.iq_phase_degrees * M_PI / 180.0;
        const auto of_real = static_cast<float>(gain * std::sin(phase));
        const auto of_imag = static_cast<float>(gain * std::cos(phase));
        for (size_t i = 0; i < count; i++) {
            const gr_complex sample = samples[i];
            samples[i] = { sample.real(),
                           of_real * sample.real() + of_imag * sample.imag() };
        }
    }
    if (settings.quantizer_bits > 0) {
        const double levels = std::ldexp(1.0, settings.quantizer_bits - 1);
        const auto step = static_cast<float>(settings.full_scale / levels);
        const auto most = static_cast<float>(levels - 1.0);
        const auto quantized = [=](float value) {
            return step * std::clamp(std::round(value / step), -most - 1.0f, most);
        };
        for (size_t i = 0; i < count; i++) {
            samples[i] = { quantized(samples[i].real()), quantized(samples[i].imag()) };
        }
    }
}

void propagation_model::drop(const std::vector<gr_complex>& samples,
                             const channel_settings& settings,
                             std::vector<gr_complex>& out)
{
    if (settings.drop_interval == 0) {
        out.insert(out.end(), samples.begin(), samples.end());
        return;
    }
    const auto draw = [&] {
        std::exponential_distribution<double> time(
            1.0 / static_cast<double>(settings.drop_interval));
        return static_cast<int64_t>(std::min(time(d_random), 1e15));
    };
    if (d_until_drop < 0) {
        d_until_drop = draw();
    }
    for (const auto& sample : samples) {
        if (d_to_drop > 0) {
            d_to_drop--;
            d_dropped_samples++;
        } else if (d_until_drop-- > 0) {
            out.push_back(sample);
        } else {
            d_to_drop = settings.drop_length - 1;
            d_dropped_samples++;
            d_until_drop = draw();
        }
    }
}

} // namespace djescc
} // namespace gr

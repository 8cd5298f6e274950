/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// A digital base and an analog refinement to images.

#include "codec/hybrid_decoder.h"

#include "codec/symbol_spreading.h"
#include <cmath>
#include <djescc/net/part_times.h>
#include <limits>
#include <torch/utils.h>

namespace djescc {
namespace {

// Of received symbols, whose power is about 1: 30 dB above the loudest noise.
constexpr double most_amplitude = 1000;

/*! Symbols in the order of \p where, and how far they can be relied on. What no channel
 *  can have made is lost. */
std::pair<torch::Tensor, torch::Tensor> usable(const torch::Tensor& symbols,
                                               const torch::Tensor& reliability,
                                               const torch::Tensor& where)
{
    const auto values = symbols.index_select(1, where);
    const auto magnitude = values.abs();
    const auto trusted =
        reliability.defined()
            ? torch::nan_to_num(
                  reliability.to(magnitude.options()).index_select(1, where))
                  .clamp(0, 1)
            : torch::ones_like(magnitude);
    const auto possible = magnitude <= most_amplitude; // NaN is not
    return { torch::where(possible, values, torch::zeros_like(values)),
             torch::where(possible, trusted, torch::zeros_like(trusted)) };
}

//! N0 of each picture's symbols, whose own power stands to the channel's as \p power
//! to 1.
std::vector<float> noise_powers(const torch::Tensor& snr_db, double power)
{
    const auto told = snr_db.to(torch::kCPU, torch::kFloat32);
    std::vector<float> powers;
    for (int64_t i = 0; i < told.size(0); ++i)
        powers.push_back(
            static_cast<float>(power * noise_power_of(told[i].item<double>())));
    return powers;
}

torch::Tensor deciphered(const torch::Tensor& values,
                         const HybridBase::Received& received,
                         const PictureKeys& keys)
{
    return changed_rows(values, [&](auto* first, std::size_t count, std::size_t row) {
        keys.seal->decipher(first, count, received.runs[row], keys.counters[row]);
    });
}

/*! What was sent, from symbols that were spread or enciphered. Each symbol counts by its
 *  linear estimate of least mean square error, and lacks a little of every lost one.
 *  \param noise_power  N0 of each picture's symbols, whose own power is 1 */
AnalogSymbols analog_symbols(const torch::Tensor& values,
                             const torch::Tensor& reliability,
                             const std::vector<float>& noise_power,
                             const HybridBase::Received& received,
                             const PictureKeys* keys)
{
    constexpr double real_share = 0.5; // of a symbol's power
    const int64_t n = values.size(0), reals = 2 * values.size(1);
    if (reals == 0)
        return { torch::zeros({ n, 0 }), torch::zeros({ n, 0 }) };
    // As a received symbol's noise is N0 / r: of weight w = r / (r + N0), the sum of the
    // symbols has mean(w) of what was sent, var(w) of what the others were, and noise.
    const auto n0 = torch::tensor(noise_power).to(values.device()).unsqueeze(1);
    const auto weights = torch::nan_to_num(reliability / (reliability + n0), 0);
    const auto mean = weights.mean(1, true);
    const auto others = (weights - mean).square().mean(1, true);
    auto noise =
        others + (n0 * weights.square() / reliability.clamp_min(1e-30)).mean(1, true);
    constexpr double least_mean = 1e-12; // below, nothing came
    noise = torch::where(mean > least_mean,
                         real_share * noise / mean.square(),
                         torch::full_like(mean, std::numeric_limits<float>::infinity()));
    auto sent = values * (weights / mean.clamp_min(1e-30));
    sent = (keys != nullptr ? deciphered(sent, received, *keys) : gather_symbols(sent))
               .to(values.device());
    return { torch::view_as_real(sent.contiguous()).reshape({ n, reals }),
             noise.expand({ n, reals }) };
}

} // namespace

HybridDecoder::HybridDecoder(const HybridSettings& settings)
    : d_settings(settings)
    , d_base(settings.link)
    , d_variances(register_module(
          "variances", VarianceNet(settings.variance_width, settings.variance_depth)))
    , d_refining(register_module(
          "refining", RefiningNet(settings.refining_width, settings.refining_blocks)))
{
}

void HybridDecoder::share(const VarianceNet& variances)
{
    d_variances = replace_module("variances", variances);
}

ResidualPlan::Estimate HybridDecoder::refine(const torch::Tensor& base,
                                             const HybridBase::Received& received,
                                             const AnalogSymbols& analog)
{
    const torch::NoGradGuard no_grad;
    const int64_t n = base.size(0);
    const auto levels = [&] {
        const PartTimer timer(hybrid_variance_part, n);
        return d_variances(base, received.bases.quality);
    }();
    const PartTimer timer(hybrid_refinement_part, n);
    const ResidualPlan plan(levels, analog.reals.size(1));
    return plan.decode(analog.reals.slice(1, 0, plan.sent()),
                       analog.noise.slice(1, 0, plan.sent()),
                       received.energy_steps);
}

DecodedImages HybridDecoder::forward(const SymbolBatch& symbols,
                                     const ImageShape& shape,
                                     const Conditions& conditions)
{
    check_picture_size("hybrid", shape.height, shape.width);
    const auto device = symbols.values.device();
    const int64_t n = symbols.values.size(0);
    const auto division =
        d_settings.varied(conditions.training).divide(d_base, shape.height, shape.width);
    check_sealed(d_base.seals(division.base), conditions.keys);
    const auto where = division.places().to(device);
    const double power = division.mean_power(3 * shape.height * shape.width);
    const auto [values, reliability] =
        usable(symbols.values, conditions.reliability, where);
    const auto received = d_base.receive(
        values.slice(1, 0, division.base) * std::sqrt(power / division.base_power),
        reliability.slice(1, 0, division.base),
        noise_powers(conditions.snr_db, power / division.base_power),
        shape,
        conditions.keys);
    const auto base = received.bases.images.to(device);
    const auto estimate =
        refine(base,
               received,
               analog_symbols(values.slice(1, division.base) * std::sqrt(power),
                              reliability.slice(1, division.base),
                              noise_powers(conditions.snr_db, power),
                              received,
                              conditions.keys));
    DecodedImages decoded([&] {
        const PartTimer timer(hybrid_refining_part, n);
        return d_refining(base, estimate.coefficients, estimate.variances).clamp(0, 1);
    }());
    decoded.outage = received.outage;
    decoded.images = torch::where(received.outage.to(device).view({ n, 1, 1, 1 }),
                                  torch::full({}, grey_value, decoded.images.options()),
                                  decoded.images);
    return decoded;
}

} // namespace djescc

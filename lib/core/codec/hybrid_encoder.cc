/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Images to a digital base and an analog refinement.

#include "codec/hybrid_encoder.h"

#include "codec/block_dct.h"
#include "codec/residual_code.h"
#include "codec/symbol_spreading.h"
#include <cmath>
#include <djescc/channel/channel.h>
#include <djescc/net/part_times.h>
#include <torch/utils.h>

namespace djescc {
namespace {

torch::Tensor enciphered(const torch::Tensor& values, const PictureKeys& keys)
{
    return changed_rows(values, [&](auto* first, std::size_t count, std::size_t row) {
        keys.seal->encipher(first, count, keys.runs[row], keys.counters[row]);
    });
}

} // namespace

HybridEncoder::HybridEncoder(const HybridSettings& settings)
    : d_settings(settings)
    , d_base(settings.link)
    , d_variances(register_module(
          "variances", VarianceNet(settings.variance_width, settings.variance_depth)))
{
}

SymbolBatch HybridEncoder::forward(const torch::Tensor& given,
                                   const Conditions& conditions)
{
    check_picture_size("hybrid", given.size(2), given.size(3));
    const auto images = clean_images(given);
    const int64_t n = images.size(0), height = images.size(2), width = images.size(3);
    const auto division =
        d_settings.varied(conditions.training).divide(d_base, height, width);
    const auto* keys = conditions.keys;
    check_sealed(d_base.seals(division.base), keys);
    const auto coded = d_base.encode(images,
                                     division.base,
                                     /*sealed=*/keys != nullptr,
                                     /*a_clip=*/conditions.training == nullptr);
    const auto base = coded.bases.images.to(images.device());
    const auto residual = block_dct(images - base);
    SymbolBatch batch;
    const auto levels =
        predict(base, coded.bases.quality, residual, conditions, batch.extras);

    const torch::NoGradGuard no_grad;
    std::vector<int> energy;
    auto reals = [&] {
        const PartTimer timer(hybrid_refinement_part, n);
        return ResidualPlan(levels, 2 * division.refinement).encode(residual, energy);
    }();
    reals = torch::constant_pad_nd(reals, { 0, 2 * division.refinement - reals.size(1) });
    auto values =
        torch::view_as_complex(reals.view({ n, division.refinement, 2 }).contiguous());
    values = (keys != nullptr ? enciphered(values, *keys) : spread_symbols(values))
                 .to(images.device());
    if (division.base > 0) {
        const auto digital = d_base.symbols(coded, energy, division.base, keys);
        values = torch::cat(
            { (digital * std::sqrt(division.base_power)).to(images.device()), values },
            1);
    }
    const auto where = division.places().to(images.device());
    auto sent = torch::empty_like(values);
    sent.index_copy_(1, where, values);
    batch.values = normalize_power(sent);
    return batch;
}

//! Levels, and in training what is learnt from.
torch::Tensor HybridEncoder::predict(const torch::Tensor& base,
                                     const torch::Tensor& quality,
                                     const torch::Tensor& residual,
                                     const Conditions& conditions,
                                     Extras& extras)
{
    if (conditions.training == nullptr || !torch::GradMode::is_enabled()) {
        const torch::NoGradGuard no_grad;
        const PartTimer timer(hybrid_variance_part, base.size(0));
        return d_variances(base, quality);
    }
    const auto levels = d_variances(base, quality);
    const auto octaves = levels / VarianceNetImpl::levels_per_octave;
    // ln v + c^2 / v, mean over each picture's coefficients. An error of ln v costs
    // the analog code in proportion to the deviation, so that is their weight.
    const auto weights = torch::exp2(octaves.detach() / 2).flatten(1);
    const auto surprise =
        (M_LN2 * octaves + residual.square() * torch::exp2(-octaves)).flatten(1);
    extras["residual_nll"] = (weights * surprise).sum(1) / weights.sum(1);
    return levels.detach().round(); // exact again, behind straight-through rounding
}

} // namespace djescc

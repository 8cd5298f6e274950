/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Batches of known pairs: crops, and what is seen of them. */
#include "attack/known_pairs.h"

#include "net/random.h"
#include <djescc/error.h>
#include <djescc/net/device.h>
#include <torch/utils.h>

namespace djescc {

KnownPairs::KnownPairs(const Dataset& data,
                       const Observation& observe,
                       const InverseNetOptions& options)
    : d_data(data)
    , d_observe(observe)
    , d_crop(options.crop)
    , d_seed(options.seed)
    , d_device(select_device(options.device))
{
}

std::pair<torch::Tensor, torch::Tensor>
KnownPairs::batch(const std::vector<int64_t>& pairs, uint64_t number) const
{
    std::vector<CropChoice> places;
    for (const auto pair : pairs)
        places.push_back(place(pair));
    const auto plain =
        d_data.crops(places, d_crop).to(d_device).to(torch::kFloat32).div_(255);
    auto generator = at::globalContext().defaultGenerator(d_device).clone();
    generator.set_current_seed(derive_seed(d_seed, RandomPurpose::channel, number));
    torch::NoGradGuard no_grad;
    const auto observed = d_observe(plain, generator).to(torch::kFloat32);
    if (observed.sizes() != plain.sizes())
        throw ConfigError(
            "this cipher's images have another shape than plain ones, which "
            "the attack does not handle");
    return { plain, observed };
}

CropChoice KnownPairs::place(int64_t pair) const
{
    const int64_t image = pair % d_data.size();
    if (pair < d_data.size())
        return { image, 0.5, 0.5, false };
    const auto dice =
        torch::rand({ 2 },
                    make_generator(derive_seed(
                        d_seed, RandomPurpose::crop, static_cast<uint64_t>(pair))));
    return { image, dice[0].item<float>(), dice[1].item<float>(), false };
}

} // namespace djescc

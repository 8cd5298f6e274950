/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "train/training_batches.h"

#include "net/random.h"

namespace djescc {

TrainingBatches::TrainingBatches(const TrainingConfig& config,
                                 const std::string& data_root,
                                 torch::Device device)
    : d_config(config)
    , d_data(Dataset::open(config.training_data, data_root))
    , d_order(d_data->size(), config.batch, config.seed)
    , d_device(device)
{
}

torch::Tensor TrainingBatches::next(int64_t step, ChainConditions& conditions)
{
    auto generator = make_generator(
        derive_seed(d_config.seed, RandomPurpose::crop, static_cast<uint64_t>(step)));
    const auto dice = torch::rand({ d_config.batch, 4 }, generator);
    const auto die = dice.accessor<float, 2>();
    const auto images = d_order.images(step);
    std::vector<CropChoice> choices;
    for (int64_t i = 0; i < d_config.batch; ++i)
        choices.push_back({ images[static_cast<std::size_t>(i)],
                            die[i][0],
                            die[i][1],
                            d_config.flip && die[i][2] < 0.5f });
    const auto [lowest, highest] = d_config.snr_db;
    conditions.snr_db = (lowest + (highest - lowest) * dice.select(1, 3)).to(d_device);
    conditions.round_to_8_bits = d_config.damage.round_to_8_bits;
    // Half of the images lose nothing, the others up to the configured part.
    if (d_config.damage.erased > 0)
        conditions.erased =
            ((2 * torch::rand({ d_config.batch }, generator) - 1).clamp_min(0) *
             d_config.damage.erased)
                .to(d_device);
    return d_data->crops(choices, d_config.crop)
        .to(d_device)
        .to(torch::kFloat32)
        .div_(255);
}

} // namespace djescc

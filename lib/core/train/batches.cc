/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Orders of images and batches of a training run. */
#include "train/batches.h"

#include "net/random.h"
#include "train/training_config.h"
#include <algorithm>
#include <torch/types.h>

namespace djescc {

EpochOrder::EpochOrder(int64_t images, int64_t batch, uint64_t seed)
    : d_images(images)
    , d_batch(batch)
    , d_steps_per_epoch(std::max<int64_t>(1, images / batch))
    , d_seed(seed)
{
}

std::vector<int64_t> EpochOrder::images(int64_t step)
{
    const int64_t epoch = step / d_steps_per_epoch;
    if (epoch != d_epoch) {
        d_order = torch::randperm(
            d_images,
            make_generator(
                derive_seed(d_seed, RandomPurpose::order, static_cast<uint64_t>(epoch))),
            torch::kInt64);
        d_epoch = epoch;
    }
    const auto* order = d_order.data_ptr<int64_t>();
    const int64_t first = step % d_steps_per_epoch * d_batch;
    std::vector<int64_t> chosen;
    for (int64_t i = 0; i < d_batch; ++i)
        chosen.push_back(order[(first + i) % d_images]);
    return chosen;
}

TrainingBatches::TrainingBatches(const TrainingConfig& config,
                                 const std::string& data_root,
                                 torch::Device device)
    : d_config(config)
    , d_data(Dataset::open(config.training_data, data_root))
    , d_order(d_data->size(), config.run.batch, config.run.seed)
    , d_device(device)
{
}

TrainingBatch TrainingBatches::next(int64_t step)
{
    TrainingBatch batch;
    auto& conditions = batch.conditions;
    auto generator = make_generator(
        derive_seed(d_config.run.seed, RandomPurpose::crop, static_cast<uint64_t>(step)));
    const auto dice = torch::rand({ d_config.run.batch, 4 }, generator);
    const auto die = dice.accessor<float, 2>();
    const auto images = d_order.images(step);
    std::vector<CropChoice> choices;
    for (int64_t i = 0; i < d_config.run.batch; ++i)
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
            ((2 * torch::rand({ d_config.run.batch }, generator) - 1).clamp_min(0) *
             d_config.damage.erased)
                .to(d_device);
    if (const auto& range = d_config.feedback_snr_db)
        conditions.feedback_snr_db =
            ((*range)[0] +
             ((*range)[1] - (*range)[0]) * torch::rand({ d_config.run.batch }, generator))
                .to(d_device);
    if (has_labels())
        batch.labels = d_data->labels(choices).to(d_device);
    batch.images =
        d_data->crops(choices, d_config.crop).to(d_device).to(torch::kFloat32).div_(255);
    return batch;
}

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "train/epoch_order.h"

#include "net/random.h"
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

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <cstdint>
#include <torch/types.h>
#include <vector>

namespace djescc {

/*! In which order a run's steps take the images of a data set: every epoch in an order of
 *  its own, which depends on the seed and the epoch alone. */
class EpochOrder
{
public:
    //! \param images, batch  at least 1
    EpochOrder(int64_t images, int64_t batch, uint64_t seed);

    int64_t steps_per_epoch() const { return d_steps_per_epoch; }

    //! The images of a step, as many as a batch has.
    std::vector<int64_t> images(int64_t step);

private:
    int64_t d_images, d_batch, d_steps_per_epoch;
    uint64_t d_seed;
    torch::Tensor d_order;
    int64_t d_epoch = -1;
};

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The batches that a training run takes of a data set: in which order, which crops, and
 *  what the images meet on their way. */
#pragma once

#include "runtime/chain.h"
#include <cstdint>
#include <djescc/data/dataset.h>
#include <memory>
#include <string>
#include <torch/types.h>
#include <vector>

namespace djescc {

struct TrainingConfig;

/*! In which order a run's steps take the images of a data set: every epoch in an order of
 *  its own, which depends on the seed and the epoch alone. */
class EpochOrder
{
public:
    //! \param images, batch  at least 1
    EpochOrder(int64_t images, int64_t batch, uint64_t seed);

    //! At least 1, also where a batch is larger than the set.
    int64_t steps_per_epoch() const { return d_steps_per_epoch; }

    //! The images of a step, as many as a batch has.
    std::vector<int64_t> images(int64_t step);

private:
    int64_t d_images, d_batch, d_steps_per_epoch;
    uint64_t d_seed;
    torch::Tensor d_order;
    int64_t d_epoch = -1;
};

//! The images of a step of training a model.
struct TrainingBatch {
    torch::Tensor images; //!< N x 3 x H x W float32 in [0, 1], on the device
    torch::Tensor labels; //!< N int64, on the device; undefined where the set has none
    ChainConditions conditions;
};

/*! The batches of training a model. Everything that is random here depends on the seed
 *  and the step alone. */
class TrainingBatches
{
public:
    //! \param config  must live as long
    TrainingBatches(const TrainingConfig& config,
                    const std::string& data_root,
                    torch::Device device);

    TrainingBatch next(int64_t step);

    int64_t steps_per_epoch() const { return d_order.steps_per_epoch(); }
    bool has_labels() const { return d_data->class_count() > 0; }
    std::string description() const { return d_data->description(); } //!< of the data

private:
    const TrainingConfig& d_config;
    std::unique_ptr<Dataset> d_data;
    EpochOrder d_order;
    torch::Device d_device;
};

} // namespace djescc

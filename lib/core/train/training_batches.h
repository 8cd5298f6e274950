/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "runtime/chain.h"
#include "train/epoch_order.h"
#include "train/training_config.h"
#include <djescc/data/dataset.h>
#include <memory>

namespace djescc {

/*! The batches of a training run, and what their images meet on their way. Everything
 *  that is random here depends on the seed and the step alone. */
class TrainingBatches
{
public:
    //! \param config  must live as long
    TrainingBatches(const TrainingConfig& config,
                    const std::string& data_root,
                    torch::Device device);

    /*! The images of a step, float32 in [0, 1], on the device.
     *  \param[out] conditions  of these images */
    torch::Tensor next(int64_t step, ChainConditions& conditions);

    int64_t steps_per_epoch() const { return d_order.steps_per_epoch(); }
    std::string description() const { return d_data->description(); } //!< of the data

private:
    const TrainingConfig& d_config;
    std::unique_ptr<Dataset> d_data;
    EpochOrder d_order;
    torch::Device d_device;
};

} // namespace djescc

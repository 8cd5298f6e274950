/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How the learning rate changes over the steps of a run. */
#pragma once

#include "train/means.h"
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace djescc {

/*! Factor on the learning rate, step by step.
 *
 *  {"type": "plateau", "patience": epochs [10], "factor": [0.1], "floor": fraction
 *  [1e-4], "interval": steps [100]} (the default): times factor when the mean loss of an
 *  epoch has not improved on its best for so many epochs, as in the DJESCC paper. Epochs
 *  of a small set are taken together until they have at least `interval` steps: the means
 *  of a few steps go up and down by chance, and each counted as a loss that stagnates.
 *
 *  {"type": "cosine", "warmup": steps [0], "floor": fraction [0.01]}: linear rise, then
 *  half a cosine down to the floor at the last step.
 *
 *  {"type": "steps", "at": [steps], "factor": [0.1]}: times factor at each of these
 *  steps.
 *
 *  {"type": "constant"}: 1. */
class Schedule
{
public:
    /*! \param steps_per_epoch  at least 1
     *  \throws ConfigError */
    Schedule(const nlohmann::json& config, int64_t steps_per_epoch);

    //! For step \p step of \p step_count, both counted from where the schedule starts.
    double factor(int64_t step, int64_t step_count) const;
    //! Tell the loss of a step that was done.
    void step_done(const torch::Tensor& loss);
    //! Steps whose mean a plateau looks at.
    int64_t interval() const { return d_interval; }

    //! What a checkpoint must keep.
    nlohmann::json state() const;
    nlohmann::json mean_state() const { return d_mean.state(); }
    void set_state(const nlohmann::json& state);
    void set_mean(double sum, int64_t count, torch::Device device)
    {
        d_mean.set_state(sum, count, device);
    }
    //! The loss means something else from here on: its best so far says nothing.
    void forget_losses();

private:
    enum class Type { plateau, cosine, steps, constant };

    Type d_type = Type::plateau;
    int64_t d_warmup = 0, d_patience = 10, d_interval = 1;
    double d_floor = 0, d_drop = 0.1;
    std::vector<int64_t> d_drops_at;

    double d_current = 1.0;
    double d_best;
    int64_t d_intervals_without_gain = 0;
    Mean d_mean;
};

} // namespace djescc

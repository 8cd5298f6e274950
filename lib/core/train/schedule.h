/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace djescc {

/*! Learning rate over a run.
 *
 *  {"type": "cosine", "warmup": steps [0], "floor": fraction [0.01]}: linear rise, then
 *  half a cosine down to the floor at the last step.
 *
 *  {"type": "plateau", "patience": epochs [10], "factor": [0.1], "floor": fraction
 *  [1e-4]} (the default): times factor when the epoch's mean loss has not improved on its
 *  best for so many epochs, as in the DJESCC paper.
 */
class Schedule
{
public:
    //! \throws ConfigError
    explicit Schedule(const nlohmann::json& config);

    //! Factor on the learning rate of step \p step of \p step_count.
    double factor(int64_t step, int64_t step_count) const;
    //! Tell the mean loss of an epoch that ended.
    void epoch_ended(double mean_loss);

    //! What a checkpoint must keep.
    nlohmann::json state() const;
    void set_state(const nlohmann::json& state);

private:
    bool d_cosine = false;
    int64_t d_warmup = 0, d_patience = 10;
    double d_floor = 0.01, d_plateau_factor = 0.1;

    double d_current = 1.0;
    double d_best;
    int64_t d_epochs_without_gain = 0;
};

} // namespace djescc

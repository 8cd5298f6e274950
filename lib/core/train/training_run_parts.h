/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a TrainingRun holds, for the files that it is written in. */
#pragma once

#include "train/means.h"
#include "train/schedule.h"
#include "train/training_log.h"
#include "train/training_run.h"
#include "train/weight_average.h"
#include <optional>

namespace djescc {

struct TrainingRun::Parts {
    NamedNets nets;
    std::vector<FrozenParts> frozen;  // of each phase
    std::vector<int64_t> phase_ends;  // in steps of the run
    std::vector<NamedWeight> weights; // that some phase trains
    std::vector<torch::Tensor> tensors;
    std::unique_ptr<torch::optim::Optimizer> optimizer;
    std::unique_ptr<WeightAverage> average;

    std::size_t phase = 0;
    int64_t phase_start = 0;
    std::optional<Schedule> schedule;
    double rate = 0;

    std::optional<TrainingLog> log;
    Mean log_loss, report_loss, saved_loss;
    NamedMeans log_means;
    Validation validation;
};

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The keys that every training configuration has: batches, optimiser, phases,
 *  intervals. */
#pragma once

#include "train/precision.h"
#include <array>
#include <cstdint>
#include <djescc/files/config.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace djescc {

//! A part of a run with a learning rate and a schedule of its own.
struct TrainingPhase {
    int64_t steps = 0; //!< one of steps and epochs is set
    int64_t epochs = 0;
    double learning_rate = 1e-3;
    double gradient_clip = 0; //!< largest norm of all gradients; 0: none
    nlohmann::json schedule;
    //! Nets, and parts of nets, that stay as they are: "encode", "encode.source".
    std::vector<std::string> frozen;
};

//! docs/training.md describes every key.
struct RunConfig {
    int64_t batch = 64;
    std::array<double, 2> betas{ 0.9, 0.999 };  //!< of Adam
    double momentum = 0.9, weight_decay = 5e-4; //!< of stochastic gradient descent
    //! Decay of the average of weights that is measured and written; 0: the weights.
    double weight_average = 0;
    std::vector<TrainingPhase> phases; //!< at least one
    int64_t validate_every = 1000;     //!< steps
    int64_t checkpoint_every = 1000;
    uint64_t seed = 1;
    Precision precision = Precision::float32;
};

enum class OptimizerKind { adam, gradient_descent };

/*! Read "optimizer", "steps", "epochs", "phases", "frozen", "validate_every",
 *  "checkpoint_every", "seed" and "precision".
 *  \param defaults  batch and the first phase's learning rate
 *  \throws ConfigError */
RunConfig read_run_config(ConfigReader& reader, OptimizerKind kind, RunConfig defaults);

} // namespace djescc

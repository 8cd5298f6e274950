/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "train/precision.h"
#include <array>
#include <cstdint>
#include <djescc/eval/evaluation.h>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

namespace djescc {

/*! The parts of a training configuration that are plain numbers and names;
 *  docs/training.md describes every key. "cipher", "codec", "data" and "loss" stay JSON
 *  here and are read by what they configure. */
struct TrainingConfig {
    std::string name;
    nlohmann::json cipher, codec, training_data, validation_data, loss;
    int64_t crop = 0;
    bool flip = true;
    std::array<double, 2> snr_db{ 0, 20 };
    ChainDamage damage; //!< what the nets learn to bear; `erased` is the most

    int64_t batch = 64;
    double learning_rate = 1e-3;
    double gradient_clip = 0; //!< largest norm; 0: none
    //! Decay of the average of weights that is measured and written; 0: the weights.
    double weight_average = 0;
    nlohmann::json schedule;
    int64_t steps = 0; //!< one of steps and epochs is set
    int64_t epochs = 0;

    int64_t validate_every = 1000; //!< steps
    int64_t checkpoint_every = 1000;
    uint64_t seed = 1;
    std::optional<uint64_t> secret_seed;
    bool fixed_secrets = false; //!< those of secret_seed at every step
    Precision precision = Precision::float32;
    std::map<std::string, std::string> initial; //!< role to model directory
    bool grow = false; //!< nets may have parts that start as nothing beyond `initial`'s
    std::set<std::string> frozen; //!< roles that stay as they came

    //! \throws ConfigError
    explicit TrainingConfig(const nlohmann::json& json);
};

} // namespace djescc

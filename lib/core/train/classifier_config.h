/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "train/precision.h"
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace djescc {

/*! A configuration with "task": "classification"; docs/training.md describes every key.
 */
struct ClassifierConfig {
    //! \throws ConfigError
    explicit ClassifierConfig(const nlohmann::json& json);

    std::string name;
    std::string initial; //!< file of features to start from; empty: none
    int64_t initial_blocks;
    int64_t blocks, cut, crop, shift, batch, epochs, steps, validate_every,
        checkpoint_every;
    nlohmann::json training_data, validation_data, schedule;
    double learning_rate, momentum, weight_decay;
    bool flip, rotation;
    Precision precision;
    uint64_t seed;
};

} // namespace djescc

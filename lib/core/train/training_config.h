/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A configuration for training a model, read and checked. */
#pragma once

#include "train/run_config.h"
#include <array>
#include <cstdint>
#include <djescc/eval/evaluation.h>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
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
    //! On the way back of a codec with feedback; none: noiseless.
    std::optional<std::array<double, 2>> feedback_snr_db;
    ChainDamage damage; //!< what the nets learn to bear; `erased` is the most

    RunConfig run;
    std::optional<uint64_t> secret_seed;
    //! Whether the log tells argmax_agreement() and the mean squared error too.
    bool argmax_agreement = false;
    bool fixed_secrets = false;                 //!< those of secret_seed at every step
    std::map<std::string, std::string> initial; //!< role to model directory
    bool grow = false; //!< nets may have parts that start as nothing beyond `initial`'s

    //! \throws ConfigError
    explicit TrainingConfig(const nlohmann::json& json);
};

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a training run is told and what it reports: models and classifiers. */
#pragma once

#include <cstdint>
#include <djescc/export.h>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace DJESCC_EXPORT djescc {

//! What a training run reports while it goes; missing figures are NaN.
struct TrainProgress {
    int64_t step = 0;       //!< optimiser steps done
    int64_t step_count = 0; //!< of the whole run
    double images_per_second = 0;
    double seconds_left = 0;
    double loss = 0; //!< mean since the last report
    double learning_rate = 0;
    double validation_psnr_db = 0; //!< of the newest validation
    //! Part of the validation images that a classifier gets right.
    double validation_accuracy = std::numeric_limits<double>::quiet_NaN();
};

struct TrainOptions {
    std::string output; //!< run directory: log.csv, checkpoint.pt, config.json, model/
    std::string data_root =
        "."; //!< relative paths of the configuration's "data" start here
    std::string device = "auto";
    int threads = 0;     //!< CPU threads; 0: every core
    bool resume = false; //!< continue from the run directory's checkpoint
    int64_t stop_at = 0; //!< end after a checkpoint at this step; 0: at the last one
    //! Asked after every step; true ends the run after a checkpoint.
    std::function<bool()> stop_requested;
    //! Called about twice a second and after every validation.
    std::function<void(const TrainProgress&)> progress;
    //! One line of text at a time: what is trained on what, validations, where files
    //! went.
    std::function<void(const std::string&)> message;
};

/*! Train cipher and codec together as docs/training.md describes; writes the model's
 *  directory (output/model) at the end and at every checkpoint.
 *
 *  On the CPU a run that was stopped and resumed gives the same weights bit for bit as
 *  one that ran through, with the same number of threads: everything random in a step
 *  depends on the seed and the step's number alone.
 *  \param config  contents of the configuration file
 *  \return true when all steps are done, false when stopped
 *  \throws ConfigError, ModelError, ImageError, DeviceError; Error when the loss is not
 *          finite any more
 */
bool train(const nlohmann::json& config, const TrainOptions& options);

/*! Train a Classifier, what a configuration with "task": "classification" asks for; see
 *  docs/training.md.
 *
 *  Writes output/classifier.json and output/classifier.safetensors (Classifier::save())
 *  and, of a VGG16, output/features.safetensors, its first blocks for the feature loss of
 *  train(). Stopping and resuming as for train().
 *  \return true when all steps are done, false when stopped
 *  \throws as train() */
bool train_classifier(const nlohmann::json& config, const TrainOptions& options);

} // namespace djescc

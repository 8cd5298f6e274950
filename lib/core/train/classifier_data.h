/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a classifier is trained on: its configuration and its labelled pictures. */
#pragma once

#include "train/batches.h"
#include "train/run_config.h"
#include <cstdint>
#include <djescc/data/dataset.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <torch/types.h>
#include <vector>

namespace djescc {

/*! A configuration with "task": "classification"; docs/training.md describes every key.
 */
struct ClassifierConfig {
    //! \throws ConfigError
    explicit ClassifierConfig(const nlohmann::json& json);

    std::string name;
    nlohmann::json net;  //!< of Classifier::create()
    int64_t cut = 0;     //!< blocks of features.safetensors; 0: as many as fit, to 3
    std::string initial; //!< file of features to start from; empty: none
    int64_t initial_blocks = 0; //!< that start as the file's; 0: `cut` of them
    nlohmann::json training_data, validation_data;
    int64_t crop = 0, shift = 0;
    bool flip = true, rotation = false;
    double label_smoothing = 0; //!< part of a label that all classes share
    RunConfig run;
};

//! N x 3 x H x W float32 in [0, 1] and their classes, N int64, on the CPU.
struct LabelledImages {
    torch::Tensor images, labels;
};

/*! What a classifier learns from: the classes that come with the pictures, or for
 *  pictures without any, by how many quarter turns each was turned (Gidaris, Singh and
 *  Komodakis, "Unsupervised representation learning by predicting image rotations", ICLR
 *  2018). */
class ClassifierData
{
public:
    ClassifierData(const ClassifierConfig& config, const std::string& root);
    int64_t class_count() const;
    //! Names of the classes by their numbers; none where they have no names.
    std::vector<std::string> class_names() const;
    int64_t steps_per_epoch() const { return d_order.steps_per_epoch(); }
    std::string description() const { return d_training->description(); }
    //! Everything that is random here depends on the seed and the step alone.
    LabelledImages training_batch(int64_t step);
    int64_t validation_size() const { return d_validation->size(); }
    //! Centre crops; turned pictures in turns by 0 to 3 quarters.
    LabelledImages validation_batch(int64_t first, int64_t count) const;

private:
    LabelledImages labelled(const std::vector<CropChoice>& choices,
                            const Dataset& data,
                            const torch::Tensor& turns) const;

    ClassifierConfig d_config;
    std::unique_ptr<Dataset> d_training, d_validation;
    EpochOrder d_order;
};

} // namespace djescc

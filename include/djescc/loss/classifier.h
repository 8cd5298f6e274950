/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Classifiers of pictures: nets that losses look at decoded pictures through, and that
 *  measure what a receiver can still tell. */
#pragma once

#include <cstdint>
#include <djescc/export.h>
#include <functional>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <torch/nn/module.h>
#include <torch/types.h>
#include <vector>

namespace DJESCC_EXPORT djescc {

/*! A net from pictures, N x 3 x H x W float32 in [0, 1], to a logit for each class.
 *
 *  `djescc train` makes one of a configuration with "task": "classification". On disk it
 *  is two files of one directory: `classifier.json`, its manifest, and
 *  `classifier.safetensors`, every weight of it, head included. */
class Classifier : public torch::nn::Module
{
public:
    //! N x classes logits (before any softmax).
    virtual torch::Tensor logits(const torch::Tensor& images) = 0;
    /*! What block \p block gives, N x C x h x w.
     *  \param block  1 to blocks() */
    virtual torch::Tensor features(const torch::Tensor& images, int64_t block) = 0;
    virtual int64_t blocks() const = 0;
    virtual int64_t class_count() const = 0;
    //! Least height and width of a picture in pixels.
    virtual int64_t smallest_side() const { return 1; }
    //! "type" and every parameter of the architecture.
    virtual nlohmann::json config() const = 0;

    //! Part of its validation images that it got right; NaN where that is not known.
    double accuracy() const;
    //! Names of the classes by their numbers, class_count() of them; none where the
    //! manifest has no "class_names".
    std::vector<std::string> class_names() const;
    //! Contents of classifier.json; null for a net that was not loaded.
    const nlohmann::json& manifest() const { return d_manifest; }

    //! Evaluation mode, and no parameter takes a gradient; gradients pass to the images.
    void freeze();

    /*! Write both files, each replaced in one step.
     *  \param about  what else the manifest tells: "name", "accuracy", "config", ...
     *  \throws ModelError naming the file */
    void save(const std::string& directory, const nlohmann::json& about) const;

    /*! A frozen classifier, on the CPU.
     *  \throws ModelError naming the file and the mend; ConfigError for a net of an
     *          unknown type */
    static std::shared_ptr<Classifier> load(const std::string& directory);

    using Factory = std::function<std::shared_ptr<Classifier>(
        const nlohmann::json& config, int64_t class_count)>;
    /*! A net with fresh weights from LibTorch's default generator.
     *  \param config  {"type": "vgg16" (the default), "blocks": 1 to 5 [5]}
     *  \throws ConfigError for an unknown type (lists the known), key, or value */
    static std::shared_ptr<Classifier> create(const nlohmann::json& config,
                                              int64_t class_count);
    //! Register a type, as LossTerm::add() does.
    //! \throws ConfigError where it is taken
    static bool add(const std::string& type, Factory factory);
    static std::vector<std::string> types(); //!< the registered ones, sorted

private:
    nlohmann::json d_manifest;
};

} // namespace djescc

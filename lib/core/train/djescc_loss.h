/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "train/feature_net.h"
#include <djescc/config.h>
#include <optional>

namespace djescc {

//! Plain images x and what became of them: protected y, decoded y^, decrypted x^.
struct ChainOutput {
    torch::Tensor protected_images, decoded, decrypted;
};

//! The loss of one step and its parts (detached); parts that were left out are undefined.
struct LossParts {
    torch::Tensor total;
    torch::Tensor distortion; //!< MSE(x, x^), or MSE(y, y^) by "distortion"
    torch::Tensor features;   //!< MSE(h(x), h(y)) + MSE(h(x), h(y^)), each clamped
    torch::Tensor structure;  //!< structure_loss(x, y) + structure_loss(x, y^)
};

/*! The DJESCC loss and our bounded alternative.
 *
 *  total = MSE(x, x^)
 *          - lambda * [min(MSE(h(x), h(y)), limit) + min(MSE(h(x), h(y^)), limit)]
 *          + weight * [structure_loss(x, y) + structure_loss(x, y^)]
 *
 *  The lambda terms are the paper's, unbounded there: beyond "limit" they give no
 * gradient here, so they cannot outweigh the reconstruction. Each kind of protection term
 * can be computed at every n-th step only ("every").
 *
 *  Configuration: "distortion" ["decrypted"], or "decoded" for MSE(y, y^) in place of
 *  MSE(x, x^): a codec behind a cipher that passes no gradient; "features": {"lambda"
 * [0], "block" [2] (VGG16's block to cut after), "weights" [""] (safetensors; empty:
 * random, frozen), "limit" [4], "every" [1]}, "structure": {"weight" [0], "every" [1]}.
 */
class DjesccLoss
{
public:
    DjesccLoss(const nlohmann::json& config, const std::string& data_root);
    void to(torch::Device device);
    LossParts
    operator()(const torch::Tensor& plain, const ChainOutput& output, int64_t step);

private:
    bool d_of_decoded;
    double d_lambda, d_limit, d_structure_weight;
    int64_t d_features_every, d_structure_every;
    Vgg16Features d_features{ nullptr };
};

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "train/feature_net.h"
#include <djescc/files/config.h>
#include <optional>

namespace djescc {

//! Plain images x and what became of them: protected y, decoded y^, decrypted x^.
struct ChainOutput {
    torch::Tensor protected_images, decoded, decrypted;
    //! y^ decrypted under another key, where the loss asks for it; else undefined.
    torch::Tensor wrongly_decrypted{};
};

//! The loss of one step and its parts (detached); parts that were left out are undefined.
struct LossParts {
    torch::Tensor total;
    torch::Tensor
        distortion;          //!< MSE(x, x^), or MSE(y, y^) by "distortion"; never its log
    torch::Tensor features;  //!< MSE(h(x), h(y)) + MSE(h(x), h(y^)), each clamped
    torch::Tensor structure; //!< structure_loss(x, y) + structure_loss(x, y^)
    torch::Tensor ssim;      //!< (mean SSIM(x, y))^2 + (mean SSIM(x, y^))^2
    torch::Tensor contrast;  //!< mean squared shortfall of y's standard deviation
    torch::Tensor wrong_key; //!< mean shortfall of MSE(x, x') under another key
};

/*! The DJESCC loss and our bounded alternatives. x' is y^ decrypted under another key.
 *
 *  total = MSE(x, x^)
 *          - lambda * [min(MSE(h(x), h(y)), limit) + min(MSE(h(x), h(y^)), limit)]
 *          + weight * [structure_loss(x, y) + structure_loss(x, y^)]
 *          + weight * [(mean SSIM(x, y))^2 + (mean SSIM(x, y^))^2]
 *          + weight * mean max(0, deviation - std(y))^2
 *          + weight * mean max(0, mse - MSE(x, x'))
 *
 *  The lambda terms are the paper's, unbounded there: beyond "limit" they give no
 *  gradient here, so they cannot outweigh the reconstruction. Each kind of protection
 *  term can be computed at every n-th step only ("every").
 *
 *  With "measure": "psnr" the first term is t (1 + mean ln(MSE_i / t)) over the images i,
 *  t = 0.001: their mean PSNR, scaled so that the slope is that of MSE at 30 dB.
 *
 *  Configuration: "measure" ["mse"], "distortion" ["decrypted"], or "decoded" for
 *  MSE(y, y^) in place of MSE(x, x^): a codec behind a cipher that passes no gradient;
 *  "features": {"lambda" [0], "block" [2] (VGG16's block to cut after), "weights" [""]
 *  (safetensors; empty: random, frozen), "limit" [4], "every" [1]},
 *  "structure": {"weight" [0], "every" [1]}, "ssim": {"weight" [0], "every" [1]},
 *  "contrast": {"weight" [0], "every" [1], "deviation" [0.3]},
 *  "wrong_key": {"weight" [0], "every" [1], "mse" [0.12]}.
 */
class DjesccLoss
{
public:
    DjesccLoss(const nlohmann::json& config, const std::string& data_root);
    void to(torch::Device device);
    //! Whether this step's loss needs ChainOutput::wrongly_decrypted.
    bool needs_wrong_key(int64_t step) const;
    bool ever_needs_wrong_key() const { return d_wrong_key.weight > 0; }
    LossParts
    operator()(const torch::Tensor& plain, const ChainOutput& output, int64_t step);

private:
    // A term of the loss that is computed at every n-th step.
    struct Term {
        double weight = 0;
        int64_t every = 1;
        bool due(int64_t step) const { return weight > 0 && step % every == 0; }
    };
    static Term read_term(ConfigReader& reader, const std::string& weight_key);

    bool d_of_decoded = false, d_by_psnr = false;
    Term d_feature_term, d_structure, d_ssim, d_contrast, d_wrong_key;
    double d_limit = 0, d_deviation = 0, d_wrong_key_mse = 0;
    Vgg16Features d_features{ nullptr };
};

} // namespace djescc

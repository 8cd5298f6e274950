/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The loss of training a model: the distortion and the terms that a configuration
 *  names. */
#pragma once

#include <djescc/loss/loss_term.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace djescc {

//! The loss of one step and what the log shows of it.
struct LossParts {
    torch::Tensor total; //!< scalar
    //! "distortion" and the terms' columns, without gradient; terms not due left out.
    std::map<std::string, torch::Tensor> columns;
};

/*! distortion_weight * distortion + sum of weight * term over the terms that are due.
 *
 *  The distortion is MSE(x, x^). With "distortion": "decoded" it is MSE(y, y^) instead,
 *  for a codec behind a cipher that passes no gradient. With "measure": "psnr" it is
 *  t (1 + mean ln(MSE_i / t)) over the images i, t = 0.001: their mean PSNR, scaled so
 *  that the slope is that of MSE at 30 dB. The column "distortion" is the mean squared
 *  error either way.
 *
 *  Configuration: "measure" ["mse"], "distortion" ["decrypted"], "distortion_weight" [1],
 *  and an object for each LossTerm under its name. */
class Loss
{
public:
    //! \throws ConfigError, ModelError
    Loss(const nlohmann::json& config, const std::string& data_root);

    void to(torch::Device device);
    //! Columns of the terms, in the terms' alphabetical order; "distortion" first.
    std::vector<std::string> columns() const;
    //! What the terms that are due at this step ask for.
    LossNeeds needs(int64_t step) const;
    //! A term of this configuration that asks for a wrong key, or labels; empty: none.
    std::string who_needs(bool LossNeeds::*what) const;

    LossParts operator()(const LossInput& input);

private:
    bool d_of_decoded = false, d_by_psnr = false;
    double d_distortion_weight = 1;
    std::vector<std::pair<std::string, std::unique_ptr<LossTerm>>> d_terms;
};

} // namespace djescc

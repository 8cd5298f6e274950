/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Means of figures over pictures that are measured batch by batch. */
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <torch/types.h>

//! Means over the unseen pictures, against the plain ones.
struct AttackFigures {
    std::string of; //!< what was compared
    double psnr_db = 0, mean_mse_psnr_db = 0, ssim = 0, visual_security = 0;

    nlohmann::json to_json() const;
};

//! Sums up figures of pictures.
class FigureSums
{
public:
    explicit FigureSums(const std::string& of) { d_figures.of = of; }

    //! N x C x H x W each, in [0, 1].
    void add(const torch::Tensor& images, const torch::Tensor& plain);
    AttackFigures mean() const;

private:
    AttackFigures d_figures;
    double d_mse = 0, d_count = 0;
};

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Sums over a data set of what its images came to, and the SNRs that they meet. */
#pragma once

#include <array>
#include <cstdint>
#include <djescc/eval/evaluation.h>
#include <torch/types.h>

namespace djescc {

//! SNRs of images \p first ... first + count - 1, spread evenly over a range.
torch::Tensor
spread_snrs(const std::array<double, 2>& range, int64_t first, int64_t count);

//! What each image of a data set came to at one stage, draws summed up.
class StageSums
{
public:
    explicit StageSums(int64_t images);

    /*! \param indices  of the images in the data set
     *  \return their PSNRs in dB, float64 on the CPU */
    torch::Tensor add(const torch::Tensor& indices,
                      const torch::Tensor& images,
                      const torch::Tensor& plain);

    //! Images of another shape than the plain ones have no such figures.
    void add_nothing_comparable();

    StageQuality quality(int64_t draws) const;

private:
    torch::Tensor d_psnr, d_ssim, d_visual_security, d_mse, d_argmax;
};

} // namespace djescc

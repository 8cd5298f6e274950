/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The analog code of coefficients with known variances: which are sent, with which
 *  power, and their estimates from what is received. */
#pragma once

#include <cstdint>
#include <torch/types.h>
#include <vector>

namespace djescc {

/*! What both ends know of the coefficients of N pictures, before any is sent.
 *
 *  The M coefficients of largest variance are sent, each as one real number. Amplitudes
 *  are in proportion to variance^(-1/5). variance^(-1/4) makes the error least for a
 *  given power where noise is weak; where it is loud, what is strong deserves more (Lee
 *  and Petersen, Optimal linear coding for vector channels, IEEE Trans. Commun. 24(12),
 *  1976). One law serves all receivers. */
class ResidualPlan
{
public:
    /*! \param levels  N x C x H x W float32 whole numbers: VarianceNetImpl's output
     *  \param reals   M, at most C H W are used */
    ResidualPlan(const torch::Tensor& levels, int64_t reals);

    //! Real numbers that are sent of each picture: M, or all coefficients.
    int64_t sent() const { return d_places.size(1); }

    /*! \param coefficients  N x C x H x W float32, those of pictures in [0, 1]
     *  \param[out] energy_steps  of each picture, what residual_estimate() must be told:
     *                            how much stronger coefficients are than their
     *                            variances say, in steps of 0.01 dB
     *  \return N x sent() float32, of mean square 1/2 but for rounding of energy_steps;
     *          where all coefficients are zero, something that decode() makes zero of */
    torch::Tensor encode(const torch::Tensor& coefficients,
                         std::vector<int>& energy_steps) const;

    //! Estimates of coefficients.
    struct Estimate {
        torch::Tensor coefficients; //!< N x C x H x W, zero where nothing was sent
        torch::Tensor variances;    //!< of the same shape: of their errors, expected
    };

    /*! Linear estimates of least mean square error; no larger than coefficients can be.
     *  \param received      N x sent() float32
     *  \param noise         N x sent() float32: variance of the noise in each real;
     *                       infinite where one is lost
     *  \param energy_steps  as encode() gave them */
    Estimate decode(const torch::Tensor& received,
                    const torch::Tensor& noise,
                    const std::vector<int>& energy_steps) const;

private:
    torch::Tensor scales(const std::vector<int>& energy_steps) const;

    torch::Tensor d_variances; //!< N x C H W
    torch::Tensor d_places;    //!< N x M, where what is sent stands
    torch::Tensor d_chosen;    //!< N x M, variances of what is sent
    torch::Tensor d_gains;     //!< N x M
    std::vector<int64_t> d_shape;
};

} // namespace djescc

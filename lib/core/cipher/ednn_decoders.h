/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The two ways to find the picture behind cipher `ednn`: the paper's, and this
 *  project's. */
#pragma once

#include "cipher/ednn_nets.h"

namespace djescc {

/*! The paper's Algorithms 1 and 2 with what is misprinted put right: z(k) = u(k), the
 *  lost transposes, minus before lambda, W x <= 0 (not = 0) where x2 is 0, and
 *  eta = |W|^2 max(1, rho) + 0.1. Lost values count as y = 0: it knows no erasures. */
struct EdnnPaperOptions {
    int64_t output_iterations = 500;  //!< K, FISTA through tanh
    int64_t hidden_iterations = 5000; //!< K_1, AD-LPMM through the ReLU
    double lambda = 0.01;             //!< weight of the pixels' sum
    double rho = 1e-4;                //!< weight of the constraint
    double gamma = 1e-5;              //!< weight of x2's sum
    double tolerance = 0;             //!< stop below this largest change
};

class EdnnPaperDecoder : public EdnnDecoder
{
public:
    EdnnPaperDecoder(const EdnnLayers& layers, const EdnnPaperOptions& options);
    torch::Tensor decode(const EdnnMatrices& matrices,
                         const torch::Tensor& cipher,
                         const torch::Tensor& known) const override;

private:
    EdnnLayers d_layers;
    EdnnPaperOptions d_options;
};

/*! This project's decoder.
 *
 *  Layer 2 has more equations than unknowns: v = W2^+ atanh(y) in closed form, or
 *  non-negative least squares on what is known where values are lost. What
 *  atanh(y) has outside of W2's range is noise and tells how strong it is.
 *  Layer 1: least squares over 0 <= x <= 1 in which W x must equal v where v is above
 *  the noise and must not exceed max(v, 0) elsewhere, by FISTA (Beck and Teboulle, 2009)
 *  with steps of 1.25 / L, restarted whenever <z - x+, x+ - x> > 0 (O'Donoghue and
 *  Candes, 2015). With noise, a quadratic smoothness prior of weight noise / smoothness^2
 *  joins in, which vanishes with the noise. Without the ReLU the image is W1^+ v under
 *  the same prior.
 */
struct EdnnLeastSquaresOptions {
    int64_t iterations = 200;
    double tolerance = 1e-5;  //!< stop below this largest change of a pixel
    double smoothness = 0.01; //!< expected mean square of a pixel's step to its neighbour
};

class EdnnLeastSquaresDecoder : public EdnnDecoder
{
public:
    EdnnLeastSquaresDecoder(const EdnnLayers& layers,
                            const EdnnLeastSquaresOptions& options);
    torch::Tensor decode(const EdnnMatrices& matrices,
                         const torch::Tensor& cipher,
                         const torch::Tensor& known) const override;

    //! Layer 1 alone: N x b x b estimates of x2, in the order of the DCT and without a
    //! model of their errors, to N x a x a pixels.
    torch::Tensor decode_hidden(const EdnnMatrices& matrices,
                                const torch::Tensor& values) const;

private:
    //! x2 in the order of the DCT, noise of each block as a variance, N x 1 x 1
    struct Hidden {
        torch::Tensor values, variance;
        bool filled = false; //!< some values of y were lost
    };
    Hidden solve_output_layer(const EdnnMatrices& matrices,
                              const torch::Tensor& cipher,
                              const torch::Tensor& known) const;
    torch::Tensor solve_hidden_layer(const EdnnMatrices& matrices,
                                     const Hidden& hidden) const;
    torch::Tensor solve_linear(const EdnnMatrices& matrices, const Hidden& hidden) const;

    EdnnLayers d_layers;
    EdnnLeastSquaresOptions d_options;
};

} // namespace djescc

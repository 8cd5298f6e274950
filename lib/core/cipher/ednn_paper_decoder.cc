/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The EDNN paper's decoder: its Algorithms 1 and 2.

#include "cipher/ednn_decoders.h"
#include "cipher/fista.h"
#include <algorithm>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr double eta_margin = 0.1; // Algorithm 2, line 5
constexpr int64_t iterations_between_checks = 10;

//! Algorithm 1: x2 >= 0 with tanh(W2 x2) close to y.
torch::Tensor output_layer(const ScrambledDct& layer,
                           const torch::Tensor& cipher,
                           const EdnnPaperOptions& options)
{
    const auto y = layer.unscramble(cipher);
    const double step = 1 / layer.squared_norm();
    FistaMomentum fista(torch::zeros_like(layer.adjoint(y)), /*restart=*/false);
    for (int64_t k = 0; k < options.output_iterations; ++k) {
        const auto estimate = torch::tanh(layer.product(fista.point()));
        const auto slope = 1 - estimate.square();
        const auto gradient = layer.adjoint(slope * (estimate - y));
        fista.advance((fista.point() - step * (gradient + options.gamma)).clamp_min_(0));
        if (options.tolerance > 0 && k % iterations_between_checks == 0 &&
            fista.last_change() < options.tolerance)
            break;
    }
    return fista.iterate();
}

//! Algorithm 2: x >= 0 with W1 x equal to x2 where that is positive, not positive
//! elsewhere.
torch::Tensor hidden_layer(const ScrambledDct& layer,
                           const torch::Tensor& hidden,
                           const EdnnPaperOptions& options)
{
    const auto x2 = layer.unscramble(hidden);
    const auto on = (x2 > 0).to(torch::kFloat32);
    const auto off = 1 - on;
    const double eta = layer.squared_norm() * std::max(1.0, options.rho) + eta_margin;
    auto x = torch::zeros_like(layer.adjoint(x2));
    auto b = torch::zeros_like(x2), u = torch::zeros_like(x2);
    auto projection = torch::zeros_like(x2); // W1 x
    for (int64_t k = 0; k < options.hidden_iterations; ++k) {
        const auto residual =
            on * (projection - x2) + options.rho * off * (projection - b - u);
        const auto next =
            (x - (layer.adjoint(residual) + options.lambda) / eta).clamp_min_(0);
        const bool check = options.tolerance > 0 && k % iterations_between_checks == 0;
        const double change = check ? (next - x).abs().max().item<double>() : 0;
        x = next;
        projection = layer.product(x);
        b = -off * (u - projection).clamp_min(0);
        u = off * (u + b - projection);
        if (check && change < options.tolerance)
            break;
    }
    return x;
}

} // namespace

EdnnPaperDecoder::EdnnPaperDecoder(const EdnnLayers& layers,
                                   const EdnnPaperOptions& options)
    : d_layers(layers), d_options(options)
{
}

torch::Tensor EdnnPaperDecoder::decode(const EdnnMatrices& matrices,
                                       const torch::Tensor& cipher,
                                       const torch::Tensor& known) const
{
    const auto y = known.defined() ? cipher * known : cipher;
    const auto x2 = output_layer(matrices.output, y, d_options);
    return hidden_layer(matrices.hidden, x2, d_options).clamp_max_(1);
}

} // namespace djescc

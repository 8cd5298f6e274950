/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// This project's decoder of cipher `ednn`: least squares within bounds.

#include "cipher/ednn_decoders.h"
#include "cipher/fista.h"
#include <algorithm>
#include <torch/utils.h>

namespace djescc {
namespace {

// atanh is 4.95 there, well above what pictures give; noise must not make it infinite.
constexpr double largest_cipher = 1 - 1e-4;
// Where v is above so many standard deviations of its noise it counts as positive. Few
// false ones do great harm: they tie W x to zero where it may be far below.
constexpr double detection_deviations = 4.0;
constexpr double smallest_positive = 1e-6; // float32's rounding of the products
// A prior whose weight stays below this changes no pixel by as much as a level of 8 bits.
constexpr double negligible_weight = 1e-5;
constexpr double laplacian_norm = 8.0;
// Steps longer than 1 / L converge faster. For quadratic problems the momentum's limit of
// stability is 4 / (3 L); the pictures tried gain up to a decibel after 200 iterations.
constexpr double step_factor = 1.25;
constexpr int64_t tolerance_period = 10;
// Filling in lost values takes more iterations, and only runs where some are lost.
constexpr int64_t filling_factor = 5;
constexpr double filling_tolerance = 1e-6;
// What filling leaves on values that should be 0.
constexpr double filled_positive = 3e-3;

//! Negative divergence of the gradient, zero flux at the border.
torch::Tensor laplacian(const torch::Tensor& squares)
{
    auto result = torch::zeros_like(squares);
    for (const int64_t dimension : { 1, 2 }) {
        const int64_t size = squares.size(dimension);
        const auto step = squares.narrow(dimension, 1, size - 1) -
                          squares.narrow(dimension, 0, size - 1);
        result.narrow(dimension, 1, size - 1).add_(step);
        result.narrow(dimension, 0, size - 1).sub_(step);
    }
    return result;
}

} // namespace

EdnnLeastSquaresDecoder::EdnnLeastSquaresDecoder(const EdnnLayers& layers,
                                                 const EdnnLeastSquaresOptions& options)
    : d_layers(layers), d_options(options)
{
}

EdnnLeastSquaresDecoder::Hidden
EdnnLeastSquaresDecoder::solve_output_layer(const EdnnMatrices& matrices,
                                            const torch::Tensor& cipher,
                                            const torch::Tensor& known) const
{
    const auto& layer = matrices.output;
    const auto sums =
        layer.unscramble(cipher).clamp(-largest_cipher, largest_cipher).atanh_();
    const double unknowns = static_cast<double>(d_layers.sides[1] * d_layers.sides[1]);
    const double equations = static_cast<double>(d_layers.sides[2] * d_layers.sides[2]);
    const double excess = std::max(equations - unknowns, 1.0);
    auto values = layer.inverse(sums);
    auto variance = (sums - layer.product(values)).square().sum({ 1, 2 }, true) / excess;
    if (known.defined()) {
        const auto mask = layer.unscramble(known);
        // The nearest x2 that there can be: not negative, or W1 x of an image.
        const auto nearest = [&](const torch::Tensor& x2) {
            if (d_layers.relu)
                return x2.clamp_min(0);
            const auto& hidden = matrices.hidden;
            const auto image = hidden.inverse(hidden.unscramble(x2));
            return hidden.scramble(
                hidden.product(image.clamp(-d_layers.offset, 1 - d_layers.offset)));
        };
        FistaMomentum fista(nearest(layer.inverse(sums * mask)), /*restart=*/true);
        for (int64_t k = 0; k < filling_factor * d_options.iterations; ++k) {
            const auto model = layer.product(fista.point());
            fista.advance(nearest(layer.inverse(model + mask * (sums - model))));
            if (k % tolerance_period == 0 && fista.last_change() < filling_tolerance)
                break;
        }
        values = fista.iterate();
        variance = (mask * (sums - layer.product(values))).square().sum({ 1, 2 }, true) /
                   mask.sum({ 1, 2 }, true).clamp_min(1);
    }
    return { matrices.hidden.unscramble(values), variance, known.defined() };
}

torch::Tensor EdnnLeastSquaresDecoder::solve_hidden_layer(const EdnnMatrices& matrices,
                                                          const Hidden& hidden) const
{
    const auto& layer = matrices.hidden;
    const double lowest = -d_layers.offset, highest = 1 - d_layers.offset;
    const auto& v = hidden.values;
    const auto threshold = detection_deviations * hidden.variance.sqrt();
    const auto on =
        v > threshold.clamp_min(hidden.filled ? filled_positive : smallest_positive);
    // W x is to equal the target where `on`, and not to exceed it elsewhere.
    const auto target = v.clamp_min(0);
    const auto lower = torch::where(on, target, torch::full_like(target, -1e30f));
    const auto prior = hidden.variance / d_options.smoothness;
    const bool with_prior = prior.max().item<double>() > negligible_weight;
    const auto step = step_factor / (layer.squared_norm() + laplacian_norm * prior);
    const bool unit_step = !with_prior && d_layers.weights == DctWeights::iso;

    FistaMomentum fista(layer.inverse(target).clamp_(lowest, highest),
                        /*restart=*/true);
    for (int64_t k = 0; k < d_options.iterations; ++k) {
        const auto& point = fista.point();
        const auto projection = layer.product(point);
        const auto wanted = torch::maximum(torch::minimum(projection, target), lower);
        torch::Tensor next;
        if (unit_step) { // W^T W = I: the gradient is z - W^T wanted
            next = torch::lerp(point, layer.adjoint(wanted), step_factor);
        } else {
            auto gradient = layer.adjoint(projection - wanted);
            if (with_prior)
                gradient += prior * laplacian(point);
            next = point - step * gradient;
        }
        fista.advance(next.clamp_(lowest, highest));
        if (d_options.tolerance > 0 && k % tolerance_period == 0 &&
            fista.last_change() < d_options.tolerance)
            break;
    }
    return fista.iterate() + d_layers.offset;
}

torch::Tensor EdnnLeastSquaresDecoder::solve_linear(const EdnnMatrices& matrices,
                                                    const Hidden& hidden) const
{
    const auto image = matrices.hidden.inverse(hidden.values);
    // The prior's normal equations are diagonal in the DCT of the block.
    const int64_t side = d_layers.sides[0];
    const auto dct = dct_matrix(DctWeights::iso, side, side)
                         .to(image.options().dtype(torch::kFloat32));
    const auto frequency = torch::arange(side, image.options()) *
                           (3.14159265358979 / static_cast<double>(side));
    const auto line = 2 - 2 * frequency.cos();
    const auto gain = 1 / (1 + hidden.variance / d_options.smoothness *
                                   (line.unsqueeze(0) + line.unsqueeze(1)));
    const auto spectrum = torch::matmul(torch::matmul(dct, image), dct.t()) * gain;
    return (torch::matmul(torch::matmul(dct.t(), spectrum), dct) + d_layers.offset)
        .clamp_(0, 1);
}

torch::Tensor EdnnLeastSquaresDecoder::decode_hidden(const EdnnMatrices& matrices,
                                                     const torch::Tensor& values) const
{
    const Hidden hidden{ values,
                         torch::zeros({ values.size(0), 1, 1 }, values.options()) };
    return d_layers.relu ? solve_hidden_layer(matrices, hidden)
                         : solve_linear(matrices, hidden);
}

torch::Tensor EdnnLeastSquaresDecoder::decode(const EdnnMatrices& matrices,
                                              const torch::Tensor& cipher,
                                              const torch::Tensor& known) const
{
    const auto hidden = solve_output_layer(matrices, cipher, known);
    return d_layers.relu ? solve_hidden_layer(matrices, hidden)
                         : solve_linear(matrices, hidden);
}

} // namespace djescc

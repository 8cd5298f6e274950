/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Maps of local brightness and contrast, how they correlate, and the loss term
 *  "structure". */
#include "loss/structure_loss.h"

#include <djescc/loss/loss_term.h>
#include <vector>

namespace djescc {
namespace {

constexpr int64_t contrast_window = 4;
constexpr int64_t fewest_values = 16;
// Keeps the square root differentiable and flat maps from counting as structure.
constexpr double variance_floor = 1e-4;
constexpr double correlation_floor = 1e-6;

// Red, green, blue and luma (ITU-R BT.601).
torch::Tensor with_luma(const torch::Tensor& images)
{
    const auto luma = 0.299 * images.slice(1, 0, 1) + 0.587 * images.slice(1, 1, 2) +
                      0.114 * images.slice(1, 2, 3);
    return torch::cat({ images, luma }, 1);
}

torch::Tensor brightness(const torch::Tensor& images, int64_t scale)
{
    return scale == 1 ? images : torch::avg_pool2d(images, scale);
}

torch::Tensor contrast(const torch::Tensor& means)
{
    const auto mean = torch::avg_pool2d(means, contrast_window);
    const auto square = torch::avg_pool2d(means * means, contrast_window);
    return torch::sqrt(torch::relu(square - mean * mean) + variance_floor);
}

// Mean over images and channels of the squared correlation coefficient of two maps.
torch::Tensor squared_correlation(const torch::Tensor& a, const torch::Tensor& b)
{
    const auto x = a.flatten(2) - a.flatten(2).mean(2, true);
    const auto y = b.flatten(2) - b.flatten(2).mean(2, true);
    const auto covariance = (x * y).mean(2);
    return (covariance.square() /
            ((x * x).mean(2) * (y * y).mean(2) + correlation_floor * correlation_floor))
        .mean();
}

bool large_enough(const torch::Tensor& images, int64_t scale)
{
    return (images.size(2) / scale) * (images.size(3) / scale) >= fewest_values;
}

} // namespace

torch::Tensor structure_loss(const torch::Tensor& plain,
                             const torch::Tensor& protected_images)
{
    const auto x = with_luma(plain), y = with_luma(protected_images);
    std::vector<torch::Tensor> terms;
    for (int64_t scale : { 1, 2, 4, 8 }) {
        if (!large_enough(x, scale))
            break;
        const auto x_mean = brightness(x, scale), y_mean = brightness(y, scale);
        terms.push_back(squared_correlation(x_mean, y_mean));
        if (scale == 8 || !large_enough(x, scale * contrast_window))
            continue;
        const auto y_contrast = contrast(y_mean);
        terms.push_back(squared_correlation(contrast(x_mean), y_contrast));
        terms.push_back(
            squared_correlation(torch::avg_pool2d(x_mean, contrast_window), y_contrast));
    }
    return torch::stack(terms).mean();
}

namespace {

//! The loss term "structure": structure_loss(x, y) + structure_loss(x, y^).
class StructureTerm : public LossTerm
{
public:
    using LossTerm::LossTerm;
    std::vector<std::string> columns() const override { return { "structure" }; }
    LossValue operator()(const LossInput& input) override
    {
        const auto term = structure_loss(input.plain, input.output.protected_images) +
                          structure_loss(input.plain, input.output.decoded);
        return { term, { { "structure", term } } };
    }
};

[[maybe_unused]] const bool structure_added =
    LossTerm::add("structure", [](ConfigReader& reader, const LossContext&) {
        return std::make_unique<StructureTerm>(reader);
    });

} // namespace

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Gradients of a classifier's mean logit, as weights of pixels.

#include <djescc/loss/semantic_weights.h>

#include <cmath>
#include <torch/csrc/autograd/autograd.h>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr double smallest_norm = 1e-12;

} // namespace

torch::Tensor semantic_weights(Classifier& classifier, const torch::Tensor& images)
{
    const torch::AutoGradMode with_gradient(true);
    const auto leaf = images.detach().clone().set_requires_grad(true);
    // In evaluation mode images do not meet, so the sum's gradient is each one's own.
    const auto sum = classifier.logits(leaf).mean(1).sum();
    const auto gradient = torch::autograd::grad({ sum }, { leaf })[0];
    const auto weights = gradient.to(torch::kFloat32).abs();
    const auto values = static_cast<double>(weights[0].numel());
    const auto norm = weights.flatten(1).norm(2, 1).clamp_min(smallest_norm);
    return weights * (std::sqrt(values) / norm).view({ -1, 1, 1, 1 });
}

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Computes generalised divisive normalisation and keeps its parameters in bounds.

#include "net/gdn.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr double smallest_beta = 1e-6;
constexpr double initial_gamma = 0.1;

//! max(x, bound), whose gradient also reaches an x below the bound if descent raises it.
class LowerBound : public torch::autograd::Function<LowerBound>
{
public:
    static torch::Tensor
    forward(torch::autograd::AutogradContext* context, torch::Tensor x, double bound)
    {
        context->save_for_backward({ x });
        context->saved_data["bound"] = bound;
        return x.clamp_min(bound);
    }

    static torch::autograd::variable_list
    backward(torch::autograd::AutogradContext* context,
             torch::autograd::variable_list gradients)
    {
        const auto x = context->get_saved_variables()[0];
        const auto& gradient = gradients[0];
        const auto passes =
            (x >= context->saved_data["bound"].toDouble()) | (gradient < 0);
        return { gradient * passes, {} };
    }
};

} // namespace

GdnImpl::GdnImpl(int64_t channels, bool inverse) : d_inverse(inverse)
{
    beta = register_parameter("beta", torch::ones({ channels }));
    gamma = register_parameter("gamma", initial_gamma * torch::eye(channels));
}

torch::Tensor GdnImpl::forward(const torch::Tensor& input)
{
    const auto weight = LowerBound::apply(gamma, 0.0).unsqueeze(-1).unsqueeze(-1);
    const auto energy =
        torch::conv2d(input.square(), weight, LowerBound::apply(beta, smallest_beta));
    return input * (d_inverse ? energy.sqrt() : energy.rsqrt());
}

} // namespace djescc

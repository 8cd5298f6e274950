/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Fits a ridge regression in its dual form, and applies it.

#include "cipher/linear_map.h"

#include <torch/types.h>

namespace djescc {

LinearMap::LinearMap(const torch::Tensor& inputs,
                     const torch::Tensor& outputs,
                     double ridge)
{
    const auto x = inputs.to(torch::kFloat64), y = outputs.to(torch::kFloat64);
    d_input_mean = x.mean(0, /*keepdim=*/true);
    d_output_mean = y.mean(0, /*keepdim=*/true);
    d_inputs = x - d_input_mean;
    auto gram = d_inputs.mm(d_inputs.t());
    const double power = gram.diagonal().mean().item<double>();
    gram.diagonal().add_(ridge * (power > 0 ? power : 1));
    d_dual = torch::linalg_solve(gram, y - d_output_mean);
}

torch::Tensor LinearMap::apply(const torch::Tensor& inputs) const
{
    const auto products = (inputs.to(torch::kFloat64) - d_input_mean).mm(d_inputs.t());
    return (products.mm(d_dual) + d_output_mean).to(inputs.scalar_type());
}

} // namespace djescc

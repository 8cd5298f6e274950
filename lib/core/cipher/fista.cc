/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Advances the momentum, and restarts it problem by problem.

#include "cipher/fista.h"

#include <cmath>
#include <torch/utils.h>

namespace djescc {

FistaMomentum::FistaMomentum(const torch::Tensor& start, bool restart)
    : d_point(start)
    , d_iterate(start)
    , d_t(static_cast<std::size_t>(start.size(0)), 1.0)
    , d_restart(restart)
{
}

void FistaMomentum::restart_where_needed(const torch::Tensor& next)
{
    const auto uphill =
        ((d_point - next) * d_step).sum({ 1, 2 }).to(torch::kCPU, torch::kFloat64);
    const auto* products = uphill.data_ptr<double>();
    for (std::size_t i = 0; i < d_t.size(); ++i)
        if (products[i] > 0)
            d_t[i] = 1.0;
}

void FistaMomentum::advance(const torch::Tensor& next)
{
    d_step = next - d_iterate;
    if (d_restart)
        restart_where_needed(next);
    auto momentum =
        torch::empty({ static_cast<int64_t>(d_t.size()), 1, 1 }, torch::kFloat32);
    auto* factors = momentum.data_ptr<float>();
    for (std::size_t i = 0; i < d_t.size(); ++i) {
        const double t = (1 + std::sqrt(1 + 4 * d_t[i] * d_t[i])) / 2;
        factors[i] = static_cast<float>((d_t[i] - 1) / t);
        d_t[i] = t;
    }
    d_point = torch::addcmul(next, d_step, momentum.to(next.device()));
    d_iterate = next;
}

double FistaMomentum::last_change() const { return d_step.abs().max().item<double>(); }

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The exponential moving average of weights, step by step. */
#include "train/weight_average.h"

#include <algorithm>
#include <torch/utils.h>
#include <utility>

namespace djescc {

WeightAverage::WeightAverage(std::vector<torch::Tensor> weights, double decay)
    : d_weights(std::move(weights)), d_decay(decay)
{
    for (const auto& weight : d_weights)
        d_averages.push_back(weight.detach().clone());
}

void WeightAverage::update(int64_t step)
{
    torch::NoGradGuard no_grad;
    const double begun =
        (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step));
    const double decay = std::min(d_decay, begun);
    for (std::size_t i = 0; i < d_weights.size(); ++i)
        d_averages[i].lerp_(d_weights[i].detach(), 1.0 - decay);
}

void WeightAverage::restart(std::size_t first)
{
    torch::NoGradGuard no_grad;
    for (std::size_t i = first; i < d_weights.size(); ++i)
        d_averages[i].copy_(d_weights[i]);
}

void WeightAverage::swap()
{
    torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < d_weights.size(); ++i) {
        const auto weight = d_weights[i].detach().clone();
        d_weights[i].copy_(d_averages[i]);
        d_averages[i].copy_(weight);
    }
}

std::vector<torch::Tensor> normalization_statistics(const NamedNets& nets)
{
    std::vector<torch::Tensor> statistics;
    for (const auto& [name, net] : nets)
        for (const auto& item : net->named_buffers()) {
            const auto last = item.key().substr(item.key().rfind('.') + 1);
            if (last == "running_mean" || last == "running_var")
                statistics.push_back(item.value());
        }
    return statistics;
}

} // namespace djescc

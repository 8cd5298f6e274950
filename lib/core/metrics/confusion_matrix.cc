/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Counts classes against what they are taken for.

#include <djescc/metrics/confusion_matrix.h>

#include <djescc/error.h>
#include <limits>
#include <string>

namespace djescc {
namespace {

constexpr auto nan = std::numeric_limits<double>::quiet_NaN();

void check_classes(const torch::Tensor& values, int64_t classes)
{
    if (values.dim() != 1 || values.scalar_type() != torch::kInt64 ||
        !values.device().is_cpu())
        throw ConfigError("classes must be N int64 on the CPU");
    if (values.numel() > 0 &&
        (values.min().item<int64_t>() < 0 || values.max().item<int64_t>() >= classes))
        throw ConfigError("a class is not among the " + std::to_string(classes) +
                          " that are counted");
}

} // namespace

ConfusionMatrix::ConfusionMatrix(int64_t classes)
{
    if (classes < 1)
        throw ConfigError("there must be one class at least");
    d_counts = torch::zeros({ classes, classes }, torch::kInt64);
}

void ConfusionMatrix::add(const torch::Tensor& labels, const torch::Tensor& named)
{
    const int64_t classes = d_counts.size(0);
    check_classes(labels, classes);
    check_classes(named, classes);
    if (labels.numel() != named.numel())
        throw ConfigError("every picture needs its class and what it is taken for");
    // a new tensor, so that copies of a matrix count by themselves
    d_counts = d_counts + torch::bincount(labels * classes + named, {}, classes * classes)
                              .view({ classes, classes });
}

double ConfusionMatrix::accuracy() const
{
    const auto total = d_counts.sum().item<int64_t>();
    return total == 0 ? nan
                      : static_cast<double>(d_counts.trace().item<int64_t>()) /
                            static_cast<double>(total);
}

double ConfusionMatrix::macro_f1() const
{
    // 2 TP / (2 TP + FP + FN) of each class
    const auto right = d_counts.diagonal().to(torch::kFloat64);
    const auto involved = (d_counts.sum(0) + d_counts.sum(1)).to(torch::kFloat64);
    const auto there = involved > 0;
    if (!there.any().item<bool>())
        return nan;
    return (2 * right / involved).masked_select(there).mean().item<double>();
}

} // namespace djescc

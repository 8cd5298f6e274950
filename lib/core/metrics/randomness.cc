/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Measures NPCR, UACI, entropy, histograms and correlations of cipher images.

#include <ATen/CPUGeneratorImpl.h>
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <djescc/metrics/randomness.h>
#include <torch/special.h>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr double levels_minus_one = 255; // Wu's F
constexpr int64_t level_count = 256;

void require_alike(const torch::Tensor& a, const torch::Tensor& b)
{
    if (!a.defined() || a.numel() == 0 || a.sizes() != b.sizes())
        throw ImageError("images to compare must have the same shape and some values");
}

//! Inverse of the standard normal distribution function.
double normal_quantile(double probability)
{
    const auto argument = torch::tensor(2 * probability - 1, torch::kFloat64);
    return std::sqrt(2.0) * torch::erfinv(argument).item<double>();
}

} // namespace

std::string describe(Quantiser quantiser)
{
    return quantiser == Quantiser::full_range ? "round(255 p)"
                                              : "each image's range to 0..255";
}

torch::Tensor
quantise(const torch::Tensor& images, Quantiser quantiser, const torch::Tensor& like)
{
    const auto values = images.to(torch::kFloat64);
    if (quantiser == Quantiser::full_range)
        return values.clamp(0, 1).mul(levels_minus_one).round().to(torch::kInt64);
    const auto range = like.defined() ? like.to(torch::kFloat64) : values;
    const double lowest = range.min().item<double>(),
                 highest = range.max().item<double>();
    const double scale = highest > lowest ? levels_minus_one / (highest - lowest) : 0;
    return ((values - lowest) * scale)
        .clamp(0, levels_minus_one)
        .round()
        .to(torch::kInt64);
}

double npcr(const torch::Tensor& a, const torch::Tensor& b)
{
    require_alike(a, b);
    return (a != b).to(torch::kFloat64).mean().item<double>();
}

double uaci(const torch::Tensor& a, const torch::Tensor& b, double full_scale)
{
    require_alike(a, b);
    return (a.to(torch::kFloat64) - b.to(torch::kFloat64)).abs().mean().item<double>() /
           full_scale;
}

DifferenceBounds difference_bounds(int64_t values, double significance)
{
    if (values < 1 || !(significance > 0 && significance < 1))
        throw ConfigError(
            "a randomness test needs values and a significance level "
            "between 0 and 1");
    constexpr double F = levels_minus_one;
    const auto count = static_cast<double>(values);
    const double npcr_deviation = std::sqrt(F / count) / (F + 1);
    const double uaci_mean = (F + 2) / (3 * F + 3);
    const double uaci_deviation =
        std::sqrt((F + 2) * (F * F + 2 * F + 3) / (18 * (F + 1) * (F + 1) * F * count));
    const double one_sided = normal_quantile(significance);
    const double two_sided = normal_quantile(significance / 2); // negative
    return { F / (F + 1) + one_sided * npcr_deviation,
             uaci_mean + two_sided * uaci_deviation,
             uaci_mean - two_sided * uaci_deviation };
}

torch::Tensor level_histogram(const torch::Tensor& levels)
{
    const auto flat = levels.flatten();
    if (flat.numel() == 0 || flat.scalar_type() != torch::kInt64 ||
        flat.min().item<int64_t>() < 0 || flat.max().item<int64_t>() >= level_count)
        throw ImageError("a histogram is of 8-bit levels");
    return torch::bincount(flat, {}, level_count);
}

double entropy(const torch::Tensor& levels)
{
    const auto share =
        level_histogram(levels).to(torch::kFloat64) / static_cast<double>(levels.numel());
    return -torch::special::xlogy(share, share).sum().item<double>() / std::log(2.0);
}

ChiSquareTest chi_square_uniform(const torch::Tensor& levels)
{
    const auto counts = level_histogram(levels).to(torch::kFloat64);
    const double expected =
        static_cast<double>(levels.numel()) / static_cast<double>(level_count);
    const double statistic = (counts - expected).square().sum().item<double>() / expected;
    const auto half = [](double value) {
        return torch::tensor(value / 2, torch::kFloat64);
    };
    return {
        statistic,
        torch::special::gammaincc(half(levels_minus_one), half(statistic)).item<double>()
    };
}

std::string to_string(Direction direction)
{
    switch (direction) {
    case Direction::horizontal:
        return "horizontal";
    case Direction::vertical:
        return "vertical";
    case Direction::diagonal:
        return "diagonal";
    }
    throw ConfigError("a direction is horizontal, vertical or diagonal");
}

torch::Tensor adjacent_pairs(const torch::Tensor& image,
                             Direction direction,
                             int64_t pairs,
                             uint64_t seed)
{
    const int64_t down = direction == Direction::horizontal ? 0 : 1;
    const int64_t right = direction == Direction::vertical ? 0 : 1;
    if (image.dim() != 3 || image.size(1) <= down || image.size(2) <= right)
        throw ImageError("neighbours need an image C x H x W of more than one pixel");
    const int64_t rows = image.size(1) - down, columns = image.size(2) - right;
    const auto part = [&](int64_t top, int64_t left) {
        return image.narrow(1, top, rows).narrow(2, left, columns).reshape({ -1 });
    };
    auto both = torch::stack({ part(0, 0), part(down, right) }).to(torch::kFloat64);
    if (pairs <= 0)
        return both;
    return both.index_select(1,
                             torch::randint(both.size(1),
                                            { pairs },
                                            at::detail::createCPUGenerator(seed),
                                            torch::kInt64));
}

double correlation(const torch::Tensor& pairs)
{
    const auto centred = pairs - pairs.mean(1, /*keepdim=*/true);
    const double product = (centred[0] * centred[1]).sum().item<double>();
    const double power = centred[0].square().sum().item<double>() *
                         centred[1].square().sum().item<double>();
    return power > 0 ? product / std::sqrt(power) : 0;
}

torch::Tensor
occlude(const torch::Tensor& images, double share, double row, double column)
{
    if (!(share >= 0 && share <= 1))
        throw ConfigError("the share of an image to occlude is from 0 to 1");
    const auto place = [&](int64_t size, double position) {
        const auto length = std::llround(std::sqrt(share) * static_cast<double>(size));
        const auto start = std::llround(position * static_cast<double>(size - length));
        return std::array<int64_t, 2>{ start, length };
    };
    const auto rows = place(images.size(2), row), columns = place(images.size(3), column);
    auto result = images.clone();
    result.narrow(2, rows[0], rows[1]).narrow(3, columns[0], columns[1]).zero_();
    return result;
}

torch::Tensor salt_and_pepper(const torch::Tensor& images, double share, uint64_t seed)
{
    auto generator = at::detail::createCPUGenerator(seed);
    const auto draw = [&] {
        return torch::rand(images.sizes(), generator, torch::kFloat32)
            .to(images.device());
    };
    const auto hit = draw() < share;
    return torch::where(hit, (draw() < 0.5).to(images.scalar_type()), images);
}

} // namespace djescc

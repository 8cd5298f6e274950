/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Choice, amplitudes and estimates of the coefficients.

#include "codec/residual_code.h"

#include "codec/variance_net.h"
#include <algorithm>
#include <cmath>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr double steps_per_decibel = 100;
constexpr int most_energy_steps = 32767;
constexpr double real_power = 0.5; // of symbols of power 1
// Of coefficients to what their variances say: less counts as nothing.
constexpr double least_energy = 1e-30;
// An orthonormal transform of 768 samples of size 1 at most gives none above 28.
constexpr double most_coefficient = 32;
constexpr double amplitude_exponent = 0.2;
// Power of what is sent goes with the variance to this.
constexpr double power_exponent = 1 - 2 * amplitude_exponent;
constexpr double golden_section = 0.6180339887498949;

/*! Places of the \p count largest levels of a row, in rising order; of equal levels the
 *  first ones. */
void choose(const float* levels, int64_t size, int64_t count, int64_t* places)
{
    constexpr auto least = VarianceNetImpl::least_level;
    std::vector<int64_t> frequency(VarianceNetImpl::most_level - least + 1, 0);
    for (int64_t i = 0; i < size; ++i)
        ++frequency[static_cast<std::size_t>(static_cast<int64_t>(levels[i]) - least)];
    auto threshold = VarianceNetImpl::most_level;
    int64_t above = 0;
    for (; threshold > least; --threshold) {
        const auto here = frequency[static_cast<std::size_t>(threshold - least)];
        if (above + here >= count)
            break;
        above += here;
    }
    int64_t at_threshold = count - above;
    for (int64_t i = 0; i < size; ++i) {
        const auto level = static_cast<int64_t>(levels[i]);
        if (level > threshold || (level == threshold && at_threshold-- > 0))
            *places++ = i;
    }
}

//! Signs without a period, of the power of what is sent.
torch::Tensor filler(int64_t count)
{
    const auto fractions =
        torch::arange(count, torch::kFloat64).square_().mul_(golden_section).frac_();
    return torch::sign(fractions - 0.5).to(torch::kFloat32) * std::sqrt(real_power);
}

} // namespace

ResidualPlan::ResidualPlan(const torch::Tensor& levels, int64_t reals)
    : d_shape(levels.sizes().vec())
{
    constexpr double least = VarianceNetImpl::least_level,
                     most = VarianceNetImpl::most_level;
    // A net of weights that are no numbers gives none.
    const auto flat = torch::nan_to_num(levels.detach(), least)
                          .clamp(least, most)
                          .flatten(1)
                          .contiguous();
    const auto on_cpu = flat.to(torch::kCPU);
    const int64_t n = flat.size(0), size = flat.size(1),
                  count = std::clamp<int64_t>(reals, 0, size);
    auto places = torch::empty({ n, count }, torch::kInt64);
    for (int64_t i = 0; i < n && count > 0; ++i)
        choose(on_cpu.data_ptr<float>() + i * size,
               size,
               count,
               places.data_ptr<int64_t>() + i * count);
    d_places = places.to(levels.device());
    d_variances = torch::exp2(flat / VarianceNetImpl::levels_per_octave);
    d_chosen = d_variances.gather(1, d_places);
    d_gains = d_chosen.pow(-amplitude_exponent);
}

torch::Tensor ResidualPlan::scales(const std::vector<int>& energy_steps) const
{
    const auto ratio = torch::pow(
        10.0, torch::tensor(energy_steps, torch::kFloat32) / (10 * steps_per_decibel));
    return ratio.to(d_gains.device()).unsqueeze(1);
}

torch::Tensor ResidualPlan::encode(const torch::Tensor& coefficients,
                                   std::vector<int>& energy_steps) const
{
    energy_steps.assign(static_cast<std::size_t>(d_places.size(0)), 0);
    if (sent() == 0)
        return torch::zeros_like(d_gains);
    const auto weighted = d_gains * coefficients.flatten(1).gather(1, d_places);
    const auto expected = d_chosen.pow(power_exponent).mean(1, true);
    const auto ratio =
        (weighted.square().mean(1, true) / expected).to(torch::kCPU, torch::kFloat64);
    for (std::size_t i = 0; i < energy_steps.size(); ++i) {
        const double decibel =
            10 * std::log10(std::max(least_energy,
                                     ratio[static_cast<int64_t>(i)].item<double>()));
        energy_steps[i] =
            static_cast<int>(std::clamp(std::round(decibel * steps_per_decibel),
                                        -1.0 * most_energy_steps,
                                        1.0 * most_energy_steps));
    }
    const auto scaled =
        weighted * torch::sqrt(real_power / (expected * scales(energy_steps)));
    // Nothing at all would leave the whole power to whatever is sent beside it.
    return torch::where((ratio > least_energy).to(scaled.device()),
                        scaled,
                        filler(sent()).to(scaled.device()));
}

ResidualPlan::Estimate ResidualPlan::decode(const torch::Tensor& received,
                                            const torch::Tensor& noise,
                                            const std::vector<int>& energy_steps) const
{
    const auto ratio = scales(energy_steps);
    auto variances = d_variances * ratio;
    auto estimates = torch::zeros_like(variances);
    if (sent() > 0) {
        const auto powers = d_chosen.pow(power_exponent);
        const auto expected = powers.mean(1, true);
        const auto signal = real_power * powers / expected;
        const auto share = signal / (signal + noise); // 0 where the noise is infinite
        // Noise of lost symbols times 0 would be no number.
        const auto values =
            torch::where(share > 0, received, torch::zeros_like(received));
        const auto gains = d_gains * torch::sqrt(real_power / (expected * ratio));
        estimates.scatter_(
            1,
            d_places,
            (share / gains * values).clamp(-most_coefficient, most_coefficient));
        variances.scatter_(1, d_places, d_chosen * ratio * (1 - share));
    }
    variances.clamp_(0, most_coefficient * most_coefficient);
    return { estimates.view(d_shape), variances.view(d_shape) };
}

} // namespace djescc

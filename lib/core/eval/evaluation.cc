/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Sends a data set through the chain, and averages what arrives.

#include <djescc/eval/evaluation.h>

#include "net/random.h"
#include <algorithm>
#include <cmath>
#include <djescc/image/padding.h>
#include <djescc/metrics/quality.h>
#include <djescc/metrics/visual_security.h>
#include <limits>

namespace djescc {
namespace {

// Neighbouring images get far apart values of SNR: multiples of the golden ratio.
constexpr double golden_ratio = 0.6180339887498949;

constexpr double not_comparable = std::numeric_limits<double>::quiet_NaN();

torch::Tensor spread(const std::array<double, 2>& range, int64_t first, int64_t count)
{
    auto values = torch::empty({ count });
    for (int64_t i = 0; i < count; ++i) {
        const double fraction = golden_ratio * static_cast<double>(first + i);
        values[i] = range[0] + (range[1] - range[0]) * (fraction - std::floor(fraction));
    }
    return values;
}

//! What each image came to, draws summed up.
class StageSums
{
public:
    explicit StageSums(int64_t images)
        : d_psnr(torch::zeros({ images }, torch::kFloat64))
        , d_ssim(torch::zeros({ images }, torch::kFloat64))
        , d_visual_security(torch::zeros({ images }, torch::kFloat64))
        , d_mse(torch::zeros({ images }, torch::kFloat64))
    {
    }

    //! \param indices  of the images in the data set
    void add(const torch::Tensor& indices,
             const torch::Tensor& images,
             const torch::Tensor& plain)
    {
        const auto same_size = crop(images, plain.size(2), plain.size(3));
        const auto psnr_db = psnr(same_size, plain).to(torch::kCPU, torch::kFloat64);
        d_psnr.index_add_(0, indices, psnr_db);
        d_mse.index_add_(0, indices, torch::pow(10.0, psnr_db / -10.0));
        d_ssim.index_add_(
            0, indices, ssim(same_size, plain).to(torch::kCPU, torch::kFloat64));
        if (std::min(plain.size(2), plain.size(3)) < smallest_scored_side)
            d_visual_security.fill_(not_comparable);
        else
            d_visual_security.index_add_(
                0,
                indices,
                visual_security(same_size, plain).to(torch::kCPU, torch::kFloat64));
    }

    //! Images of another shape than the plain ones have no such figures.
    void add_nothing_comparable()
    {
        d_psnr.fill_(not_comparable);
        d_mse.fill_(not_comparable);
        d_ssim.fill_(not_comparable);
        d_visual_security.fill_(not_comparable);
    }

    StageQuality quality(int64_t draws) const
    {
        StageQuality quality;
        const auto summarize =
            [&](const torch::Tensor& sums, double& mean, double& interval) {
                const auto values = sums / static_cast<double>(draws);
                mean = values.mean().item<double>();
                const auto count = static_cast<double>(values.numel());
                interval = count > 1 ? normal_quantile * values.std().item<double>() /
                                           std::sqrt(count)
                                     : std::numeric_limits<double>::quiet_NaN();
            };
        summarize(d_psnr, quality.psnr_db, quality.psnr_db_interval);
        summarize(d_ssim, quality.ssim, quality.ssim_interval);
        summarize(
            d_visual_security, quality.visual_security, quality.visual_security_interval);
        quality.mean_mse_psnr_db =
            -10.0 * std::log10(d_mse.mean().item<double>() / static_cast<double>(draws));
        return quality;
    }

private:
    static constexpr double normal_quantile = 1.959964; // 97.5 %

    torch::Tensor d_psnr, d_ssim, d_visual_security, d_mse;
};

} // namespace

ChainQuality
measure_quality(ChainRunner& chain, const Dataset& dataset, const MeasureOptions& options)
{
    torch::NoGradGuard no_grad;
    const auto device = chain.encryptor().device();
    auto generator = at::globalContext().defaultGenerator(device);
    const int64_t count = dataset.size(), total = count * options.draws;
    StageSums decrypted(count), protected_images(count), decoded(count);
    double symbols = 0, pixels = 0;
    for (int64_t first = 0; first < total; first += options.batch) {
        const int64_t size = std::min(options.batch, total - first);
        const auto indices =
            torch::arange(first, first + size, torch::kInt64).remainder(count);
        std::vector<CropChoice> choices;
        for (int64_t i = 0; i < size; ++i)
            choices.push_back({ (first + i) % count, 0.5, 0.5, false });
        const auto plain =
            dataset.crops(choices, options.crop).to(device).to(torch::kFloat32).div(255);
        generator.set_current_seed(derive_seed(
            options.seed, RandomPurpose::validation, static_cast<uint64_t>(first)));
        SimulatedChannel channel;
        channel.snr_db = spread(options.snr_db, first, size).to(device);
        channel.snr_hint_db = options.snr_hint_db;
        channel.round_to_8_bits = options.damage.round_to_8_bits;
        channel.erased = options.damage.erased;
        const auto result = chain.run(image_batch(plain, first), channel, generator);
        symbols += static_cast<double>(result.symbol_counts.sum().item<int64_t>());
        pixels += static_cast<double>(size * plain.size(2) * plain.size(3));
        decrypted.add(indices, result.decrypted.values, plain);
        const ImageShape padded{ plain.size(1),
                                 round_up(plain.size(2), chain.encryptor().multiple()),
                                 round_up(plain.size(3), chain.encryptor().multiple()) };
        if (result.protected_images.facts.front().shape == padded) {
            protected_images.add(indices, result.protected_images.values, plain);
            decoded.add(indices, result.decoded.values, plain);
        } else {
            protected_images.add_nothing_comparable();
            decoded.add_nothing_comparable();
        }
    }
    return { decrypted.quality(options.draws),
             protected_images.quality(options.draws),
             decoded.quality(options.draws),
             count,
             symbols / pixels };
}

ChainQuality measure_quality(const Model& model,
                             const Dataset& dataset,
                             const MeasureOptions& options,
                             const RuntimeOptions& runtime)
{
    RunnerOptions runner;
    runner.runtime = runtime;
    runner.keep_on_device = true;
    ModelSource source;
    source.model = model.directory();
    ChainRunner chain(source, runner);
    return measure_quality(chain, dataset, options);
}

} // namespace djescc

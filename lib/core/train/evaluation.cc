/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <djescc/train/evaluation.h>

#include "train/chain.h"
#include "train/random.h"
#include <algorithm>
#include <cmath>
#include <djescc/image/padding.h>
#include <djescc/metrics/quality.h>
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

void add(const torch::Tensor& images,
         const torch::Tensor& plain,
         double& psnr_db,
         double& similarity)
{
    const auto same_size = crop(images, plain.size(2), plain.size(3));
    psnr_db += psnr(same_size, plain).sum().item<double>();
    similarity += ssim(same_size, plain).sum().item<double>();
}

} // namespace

ChainQuality measure_quality(const ModelNets& nets,
                             const Dataset& dataset,
                             const MeasureOptions& options,
                             torch::Device device,
                             int64_t multiple)
{
    torch::NoGradGuard no_grad;
    set_training(nets, false);
    auto generator = at::globalContext().defaultGenerator(device);
    const int64_t count = dataset.size(), total = count * options.draws;
    ChainQuality sum;
    for (int64_t first = 0; first < total; first += options.batch) {
        const int64_t size = std::min(options.batch, total - first);
        std::vector<CropChoice> choices;
        for (int64_t i = 0; i < size; ++i)
            choices.push_back({ (first + i) % count, 0.5, 0.5, false });
        const auto plain =
            dataset.crops(choices, options.crop).to(device).to(torch::kFloat32).div(255);
        generator.set_current_seed(derive_seed(
            options.seed, RandomPurpose::validation, static_cast<uint64_t>(first)));
        const auto padded = pad_to_multiple(plain, multiple);
        const auto output = run_chain(
            nets, padded, spread(options.snr_db, first, size).to(device), generator);
        add(output.decrypted, plain, sum.psnr_db, sum.ssim);
        if (output.protected_images.sizes() != padded.sizes()) {
            sum.protected_psnr_db = sum.protected_ssim = not_comparable;
            sum.decoded_psnr_db = sum.decoded_ssim = not_comparable;
            continue;
        }
        add(output.protected_images, plain, sum.protected_psnr_db, sum.protected_ssim);
        add(output.decoded, plain, sum.decoded_psnr_db, sum.decoded_ssim);
    }
    for (double* value : { &sum.psnr_db,
                           &sum.ssim,
                           &sum.protected_psnr_db,
                           &sum.protected_ssim,
                           &sum.decoded_psnr_db,
                           &sum.decoded_ssim })
        *value /= static_cast<double>(total);
    return sum;
}

ChainQuality measure_quality(const Model& model,
                             const Dataset& dataset,
                             const MeasureOptions& options,
                             const RuntimeOptions& runtime)
{
    const ModelNets nets{ model.load_encryptor(runtime),
                          model.load_encoder(runtime),
                          model.load_decoder(runtime),
                          model.load_decryptor(runtime) };
    return measure_quality(
        nets, dataset, options, select_device(runtime.device), model.multiple());
}

} // namespace djescc

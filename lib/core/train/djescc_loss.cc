/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "train/djescc_loss.h"

#include "metrics/ssim_map.h"
#include "train/structure_loss.h"
#include <algorithm>
#include <filesystem>

namespace djescc {
namespace {

constexpr double largest_weight = 1e6;

// Mean squared errors of 30 dB, and of 60 dB, beyond which nothing is to be gained.
constexpr double typical_error = 1e-3, smallest_error = 1e-6;

// The mean squared error of each image, in single precision.
torch::Tensor image_errors(const torch::Tensor& images, const torch::Tensor& reference)
{
    return (images.to(torch::kFloat32) - reference.to(torch::kFloat32))
        .square()
        .mean({ 1, 2, 3 });
}

// What the mean PSNR of the images falls short of, on a scale that has the slope of the
// mean squared error at typical_error.
torch::Tensor psnr_loss(const torch::Tensor& errors)
{
    return typical_error *
           (1 + torch::log((errors + smallest_error) / typical_error)).mean();
}

// Square of the images' mean SSIM, in single precision whatever computed the images.
torch::Tensor ssim_loss(const torch::Tensor& plain, const torch::Tensor& images)
{
    const auto window = ssim_window(std::min(plain.size(2), plain.size(3)));
    return ssim_map(plain, images.to(torch::kFloat32), window).mean().square();
}

} // namespace

DjesccLoss::DjesccLoss(const nlohmann::json& config, const std::string& data_root)
{
    ConfigReader reader(config, "loss");
    ConfigReader features(reader.child("features"), "loss.features");
    d_feature_term = read_term(features, "lambda");
    const auto block = features.get_in<int64_t>("block", 2, 1, 5);
    const auto weights = features.get<std::string>("weights", "");
    d_limit = features.get_in("limit", 4.0, 0.0, largest_weight);
    features.finish();
    ConfigReader structure(reader.child("structure"), "loss.structure");
    d_structure = read_term(structure, "weight");
    structure.finish();
    ConfigReader similarity(reader.child("ssim"), "loss.ssim");
    d_ssim = read_term(similarity, "weight");
    similarity.finish();
    ConfigReader contrast(reader.child("contrast"), "loss.contrast");
    d_contrast = read_term(contrast, "weight");
    d_deviation = contrast.get_in("deviation", 0.3, 0.0, 0.5);
    contrast.finish();
    ConfigReader wrong_key(reader.child("wrong_key"), "loss.wrong_key");
    d_wrong_key = read_term(wrong_key, "weight");
    d_wrong_key_mse = wrong_key.get_in("mse", 0.12, 0.0, 1.0);
    wrong_key.finish();
    const auto distortion = reader.get<std::string>("distortion", "decrypted");
    if (distortion != "decrypted" && distortion != "decoded")
        throw ConfigError("loss.distortion is \"" + distortion +
                          "\", but must be \"decrypted\" or \"decoded\"");
    d_of_decoded = distortion == "decoded";
    const auto measure = reader.get<std::string>("measure", "mse");
    if (measure != "mse" && measure != "psnr")
        throw ConfigError("loss.measure is \"" + measure +
                          "\", but must be \"mse\" or \"psnr\"");
    d_by_psnr = measure == "psnr";
    reader.finish();

    if (d_feature_term.weight > 0) {
        d_features = Vgg16Features(block);
        if (!weights.empty())
            load_features(*d_features,
                          (std::filesystem::path(data_root) / weights).string(),
                          "loss.features.block");
        d_features->eval();
        for (auto& parameter : d_features->parameters())
            parameter.set_requires_grad(false);
    }
}

DjesccLoss::Term DjesccLoss::read_term(ConfigReader& reader,
                                       const std::string& weight_key)
{
    constexpr int64_t rarest = 1000000;
    Term term;
    term.weight = reader.get_in(weight_key, 0.0, 0.0, largest_weight);
    term.every = reader.get_in<int64_t>("every", 1, 1, rarest);
    return term;
}

void DjesccLoss::to(torch::Device device)
{
    if (d_features)
        d_features->to(device);
}

bool DjesccLoss::needs_wrong_key(int64_t step) const { return d_wrong_key.due(step); }

LossParts DjesccLoss::operator()(const torch::Tensor& plain,
                                 const ChainOutput& output,
                                 int64_t step)
{
    LossParts parts;
    const auto errors = d_of_decoded
                            ? image_errors(output.decoded, output.protected_images)
                            : image_errors(output.decrypted, plain);
    parts.total = d_by_psnr ? psnr_loss(errors) : errors.mean();
    parts.distortion = errors.mean().detach();
    if (d_feature_term.due(step)) {
        const auto reference = d_features(plain);
        const auto distance = [&](const torch::Tensor& images) {
            return torch::mse_loss(d_features(images), reference).clamp_max(d_limit);
        };
        const auto term = distance(output.protected_images) + distance(output.decoded);
        parts.total = parts.total - d_feature_term.weight * term;
        parts.features = term.detach();
    }
    if (d_structure.due(step)) {
        const auto term = structure_loss(plain, output.protected_images) +
                          structure_loss(plain, output.decoded);
        parts.total = parts.total + d_structure.weight * term;
        parts.structure = term.detach();
    }
    if (d_ssim.due(step)) {
        const auto term =
            ssim_loss(plain, output.protected_images) + ssim_loss(plain, output.decoded);
        parts.total = parts.total + d_ssim.weight * term;
        parts.ssim = term.detach();
    }
    if (d_contrast.due(step)) {
        const auto deviation =
            torch::std(output.protected_images.to(torch::kFloat32).flatten(1),
                       1,
                       /*unbiased=*/false);
        const auto term = torch::relu(d_deviation - deviation).square().mean();
        parts.total = parts.total + d_contrast.weight * term;
        parts.contrast = term.detach();
    }
    if (d_wrong_key.due(step) && output.wrongly_decrypted.defined()) {
        const auto errors_without_key = image_errors(output.wrongly_decrypted, plain);
        const auto term = torch::relu(d_wrong_key_mse - errors_without_key).mean();
        parts.total = parts.total + d_wrong_key.weight * term;
        parts.wrong_key = term.detach();
    }
    return parts;
}

} // namespace djescc

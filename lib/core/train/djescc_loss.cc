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
#include <djescc/model/safetensors.h>
#include <filesystem>

namespace djescc {
namespace {

constexpr double largest_weight = 1e6;

void load_features(Vgg16FeaturesImpl& net, const std::string& path)
{
    torch::NoGradGuard no_grad;
    const auto file = read_safetensors(path);
    const auto load = [&](const std::string& name, torch::Tensor target) {
        const auto found = file.tensors.find(name);
        if (found == file.tensors.end() || found->second.sizes() != target.sizes())
            throw ModelError(path + ": holds no fitting tensor \"" + name +
                             "\" of the VGG16 that loss.features.block asks for");
        target.copy_(found->second);
    };
    for (auto& item : net.named_parameters())
        load(item.key(), item.value());
    for (auto& item : net.named_buffers())
        load(item.key(), item.value());
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
    ConfigReader wrong_key(reader.child("wrong_key"), "loss.wrong_key");
    d_wrong_key = read_term(wrong_key, "weight");
    d_wrong_key_mse = wrong_key.get_in("mse", 0.12, 0.0, 1.0);
    wrong_key.finish();
    const auto distortion = reader.get<std::string>("distortion", "decrypted");
    if (distortion != "decrypted" && distortion != "decoded")
        throw ConfigError("loss.distortion is \"" + distortion +
                          "\", but must be \"decrypted\" or \"decoded\"");
    d_of_decoded = distortion == "decoded";
    reader.finish();

    if (d_feature_term.weight > 0) {
        d_features = Vgg16Features(block);
        if (!weights.empty())
            load_features(*d_features,
                          (std::filesystem::path(data_root) / weights).string());
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
    parts.total = d_of_decoded ? torch::mse_loss(output.decoded, output.protected_images)
                               : torch::mse_loss(output.decrypted, plain);
    parts.distortion = parts.total.detach();
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
    if (d_wrong_key.due(step) && output.wrongly_decrypted.defined()) {
        const auto error = (output.wrongly_decrypted.to(torch::kFloat32) - plain)
                               .square()
                               .mean({ 1, 2, 3 });
        const auto term = torch::relu(d_wrong_key_mse - error).mean();
        parts.total = parts.total + d_wrong_key.weight * term;
        parts.wrong_key = term.detach();
    }
    return parts;
}

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "train/djescc_loss.h"

#include "train/structure_loss.h"
#include <djescc/model/safetensors.h>
#include <filesystem>

namespace djescc {
namespace {

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

} // namespace

DjesccLoss::DjesccLoss(const nlohmann::json& config, const std::string& data_root)
{
    constexpr double largest_weight = 1e6;
    constexpr int64_t rarest = 1000000;
    ConfigReader reader(config, "loss");
    ConfigReader features(reader.child("features"), "loss.features");
    d_lambda = features.get_in("lambda", 0.0, 0.0, largest_weight);
    const auto block = features.get_in<int64_t>("block", 2, 1, 5);
    const auto weights = features.get<std::string>("weights", "");
    d_limit = features.get_in("limit", 4.0, 0.0, largest_weight);
    d_features_every = features.get_in<int64_t>("every", 1, 1, rarest);
    features.finish();
    ConfigReader structure(reader.child("structure"), "loss.structure");
    d_structure_weight = structure.get_in("weight", 0.0, 0.0, largest_weight);
    d_structure_every = structure.get_in<int64_t>("every", 1, 1, rarest);
    structure.finish();
    const auto distortion = reader.get<std::string>("distortion", "decrypted");
    if (distortion != "decrypted" && distortion != "decoded")
        throw ConfigError("loss.distortion is \"" + distortion +
                          "\", but must be \"decrypted\" or \"decoded\"");
    d_of_decoded = distortion == "decoded";
    reader.finish();

    if (d_lambda > 0) {
        d_features = Vgg16Features(block);
        if (!weights.empty())
            load_features(*d_features,
                          (std::filesystem::path(data_root) / weights).string());
        d_features->eval();
        for (auto& parameter : d_features->parameters())
            parameter.set_requires_grad(false);
    }
}

void DjesccLoss::to(torch::Device device)
{
    if (d_features)
        d_features->to(device);
}

LossParts DjesccLoss::operator()(const torch::Tensor& plain,
                                 const ChainOutput& output,
                                 int64_t step)
{
    LossParts parts;
    parts.total = d_of_decoded ? torch::mse_loss(output.decoded, output.protected_images)
                               : torch::mse_loss(output.decrypted, plain);
    parts.distortion = parts.total.detach();
    if (d_features && step % d_features_every == 0) {
        const auto reference = d_features(plain);
        const auto distance = [&](const torch::Tensor& images) {
            return torch::mse_loss(d_features(images), reference).clamp_max(d_limit);
        };
        const auto term = distance(output.protected_images) + distance(output.decoded);
        parts.total = parts.total - d_lambda * term;
        parts.features = term.detach();
    }
    if (d_structure_weight > 0 && step % d_structure_every == 0) {
        const auto term = structure_loss(plain, output.protected_images) +
                          structure_loss(plain, output.decoded);
        parts.total = parts.total + d_structure_weight * term;
        parts.structure = term.detach();
    }
    return parts;
}

} // namespace djescc

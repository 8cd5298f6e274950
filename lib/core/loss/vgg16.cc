/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The layers of VGG16, its weights from a file of features, and its classifier. */
#include "loss/vgg16.h"

#include <array>
#include <djescc/error.h>
#include <djescc/files/config.h>
#include <djescc/files/safetensors.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/pooling.h>

namespace djescc {
namespace {

struct Block {
    int64_t convolutions, filters;
};
constexpr std::array<Block, 5> vgg16_blocks{
    { { 2, 64 }, { 2, 128 }, { 3, 256 }, { 3, 512 }, { 3, 512 } }
};

} // namespace

Vgg16FeaturesImpl::Vgg16FeaturesImpl(int64_t blocks)
{
    int64_t channels = 3;
    for (int64_t b = 0; b < blocks; ++b) {
        if (b)
            d_features->push_back(torch::nn::MaxPool2d(2));
        for (int64_t i = 0; i < vgg16_blocks[b].convolutions; ++i) {
            const int64_t filters = vgg16_blocks[b].filters;
            torch::nn::Conv2d conv(
                torch::nn::Conv2dOptions(channels, filters, 3).padding(1));
            torch::nn::init::kaiming_normal_(
                conv->weight, 0.0, torch::kFanOut, torch::kReLU);
            torch::nn::init::zeros_(conv->bias);
            d_features->push_back(conv);
            d_features->push_back(torch::nn::BatchNorm2d(filters));
            d_features->push_back(torch::nn::ReLU());
            channels = filters;
        }
        d_ends.push_back(d_features->size());
    }
    d_channels = channels;
    register_module("features", d_features);
    // Constants, not weights: kept out of the buffers so that weights files hold VGG's
    // own.
    d_mean = torch::tensor({ 0.485, 0.456, 0.406 }, torch::kFloat32).view({ 1, 3, 1, 1 });
    d_deviation =
        torch::tensor({ 0.229, 0.224, 0.225 }, torch::kFloat32).view({ 1, 3, 1, 1 });
}

torch::Tensor Vgg16FeaturesImpl::forward(const torch::Tensor& images)
{
    return forward_to(images, blocks());
}

torch::Tensor Vgg16FeaturesImpl::forward_to(const torch::Tensor& images, int64_t block)
{
    const auto normalized =
        (images - d_mean.to(images.device())) / d_deviation.to(images.device());
    // The layout in which convolutions in bfloat16 are fastest.
    auto features = normalized.contiguous(torch::MemoryFormat::ChannelsLast);
    auto layer = d_features->begin();
    for (std::size_t i = 0; i < d_ends.at(static_cast<std::size_t>(block - 1)); ++i)
        features = (layer++)->forward(features);
    return features;
}

void load_features(Vgg16FeaturesImpl& net,
                   const std::string& path,
                   const std::string& asked_by)
{
    torch::NoGradGuard no_grad;
    const auto file = read_safetensors(path);
    const auto load = [&](const std::string& name, torch::Tensor target) {
        const auto found = file.tensors.find(name);
        if (found == file.tensors.end() || found->second.sizes() != target.sizes())
            throw ModelError(path + ": holds no fitting tensor \"" + name +
                             "\" of the VGG16 that " + asked_by + " asks for");
        target.copy_(found->second);
    };
    for (auto& item : net.named_parameters())
        load(item.key(), item.value());
    for (auto& item : net.named_buffers())
        load(item.key(), item.value());
}

Vgg16Classifier::Vgg16Classifier(int64_t blocks, int64_t class_count)
    : d_vgg(blocks), d_head(d_vgg->channels(), class_count)
{
    register_module("vgg", d_vgg);
    register_module("head", d_head);
}

torch::Tensor Vgg16Classifier::logits(const torch::Tensor& images)
{
    return d_head->forward(d_vgg->forward(images).mean({ 2, 3 }));
}

torch::Tensor Vgg16Classifier::features(const torch::Tensor& images, int64_t block)
{
    return d_vgg->forward_to(images, block);
}

int64_t Vgg16Classifier::class_count() const { return d_head->options.out_features(); }

int64_t Vgg16Classifier::smallest_side() const { return int64_t{ 1 } << (blocks() - 1); }

nlohmann::json Vgg16Classifier::config() const
{
    return { { "type", "vgg16" }, { "blocks", blocks() } };
}

namespace {

[[maybe_unused]] const bool vgg16_added =
    Classifier::add("vgg16", [](const nlohmann::json& config, int64_t class_count) {
        ConfigReader reader(config, "net");
        reader.get<std::string>("type", "vgg16");
        const auto blocks = reader.get_in<int64_t>("blocks", 5, 1, 5);
        reader.finish();
        return std::make_shared<Vgg16Classifier>(blocks, class_count);
    });

} // namespace
} // namespace djescc

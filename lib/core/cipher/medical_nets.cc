/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Runs the nets of cipher `medical`.

#include "cipher/medical_nets.h"

#include <djescc/error.h>
#include <torch/nn/functional/pixelshuffle.h>
#include <torch/utils.h>

namespace djescc::medical {
namespace {

constexpr double least_level = 1e-6; // of a protected pixel, for its logit

std::string numbered(const char* name, std::size_t group)
{
    return name + std::to_string(group + 1);
}

torch::Tensor levels_of(const torch::Tensor& planes)
{
    return (planes.detach().to(torch::kCPU, torch::kFloat32) * 255)
        .round()
        .clamp(0, 255)
        .to(torch::kUInt8)
        .contiguous();
}

//! N x most_planes * plane_bytes; what a picture has no plane for is 0.
torch::Tensor to_bytes(const std::vector<HashWords>& words, int64_t pictures)
{
    auto bytes = torch::zeros({ pictures, most_planes * plane_bytes }, torch::kUInt8);
    const int64_t planes = static_cast<int64_t>(words.size()) / pictures;
    for (int64_t i = 0; i < pictures; ++i) {
        auto* next = bytes[i].data_ptr<uint8_t>();
        for (int64_t plane = 0; plane < planes; ++plane)
            for (const auto word : words[static_cast<std::size_t>(i * planes + plane)])
                for (int shift = 56; shift >= 0; shift -= 8)
                    *next++ = static_cast<uint8_t>(word >> shift);
    }
    return bytes;
}

std::vector<HashWords> from_bytes(const torch::Tensor& side, int64_t planes)
{
    const auto bytes = side.to(torch::kCPU).contiguous();
    std::vector<HashWords> words;
    for (int64_t i = 0; i < bytes.size(0); ++i) {
        const auto* next = bytes[i].data_ptr<uint8_t>();
        for (int64_t plane = 0; plane < planes; ++plane) {
            HashWords own{};
            for (auto& word : own)
                for (int byte = 0; byte < 8; ++byte)
                    word = word << 8 | *next++;
            words.push_back(own);
        }
    }
    return words;
}

} // namespace

int64_t Options::shuffle() const
{
    int64_t factor = 1;
    while (factor * factor < latents())
        factor *= 2;
    return factor;
}

void FeatureKeyHolder::register_key(torch::nn::Module& net)
{
    d_b = net.register_buffer("b", torch::zeros({ int64_t{ groups } }, torch::kInt64));
    d_mu = net.register_buffer("mu", torch::full({ 1 }, 4.0, torch::kFloat64));
}

void FeatureKeyHolder::set_key(const std::array<uint64_t, groups>& b, double mu)
{
    const torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < groups; ++i)
        d_b[static_cast<int64_t>(i)] = static_cast<int64_t>(b[i]);
    d_mu.fill_(mu);
}

std::vector<torch::Tensor>
FeatureKeyHolder::feature_keys(const Options& options,
                               const std::vector<HashWords>& words,
                               int64_t height,
                               int64_t width,
                               torch::Device device) const
{
    const auto b = d_b.to(torch::kCPU).contiguous();
    const double mu = d_mu.item<double>();
    std::vector<torch::Tensor> keys;
    for (std::size_t group = 0; group < groups; ++group) {
        std::vector<torch::Tensor> planes;
        for (const auto& own : words) {
            const auto secret = static_cast<uint64_t>(b.data_ptr<int64_t>()[group]);
            double start = initial_value(own[group], secret);
            start += start + d_shifts[group] < 1 ? d_shifts[group] : -d_shifts[group];
            planes.push_back(feature_key(start,
                                         mu,
                                         options.channels(group),
                                         height >> (group + 1),
                                         width >> (group + 1)));
        }
        keys.push_back(torch::cat(planes).to(device));
    }
    return keys;
}

MedicalEncryptor::MedicalEncryptor(const Options& options)
    : d_options(options)
    , d_stem(register_module(
          "stem",
          torch::nn::Conv2d(torch::nn::Conv2dOptions(1, options.width, 5).padding(2))))
{
    int64_t in = options.width;
    for (std::size_t group = 0; group < groups; ++group) {
        const int64_t channels = options.channels(group);
        d_downs.push_back(
            register_module(numbered("down", group), DownGroup(in, channels)));
        d_fusions.push_back(register_module(numbered("fusion", group),
                                            Fusion(channels, options.blocks[group])));
        d_couplings.push_back(register_module(numbered("coupling", group),
                                              Coupling(channels, options.growth())));
        in = channels;
    }
    register_key(*this);
}

ProtectedImages MedicalEncryptor::forward(const torch::Tensor& plain,
                                          const Conditions& conditions)
{
    const auto planes = as_planes(plain);
    ProtectedImages result;
    std::vector<torch::Tensor> keys;
    if (d_options.fusion) {
        std::vector<HashWords> words;
        const auto levels = levels_of(planes);
        for (int64_t i = 0; i < levels.size(0); ++i)
            words.push_back(hash_words(levels[i]));
        result.side = to_bytes(words, plain.size(0)).to(plain.device());
        keys =
            feature_keys(d_options, words, plain.size(2), plain.size(3), plain.device());
    } else {
        result.side =
            to_bytes(std::vector<HashWords>(static_cast<std::size_t>(planes.size(0))),
                     plain.size(0))
                .to(plain.device());
    }
    auto x = leaky(d_stem(planes));
    for (std::size_t group = 0; group < groups; ++group) {
        x = d_downs[group](x);
        if (!d_options.fusion) {
            x = d_fusions[group]->pass(x);
            continue;
        }
        const auto fused = d_fusions[group]->forward(x, keys[group]);
        const auto hidden = d_couplings[group]->forward({ fused.alpha, keys[group] });
        result.extras[numbered("ep", group)] = hidden.alpha;
        result.extras[numbered("ek", group)] = hidden.key;
        if (conditions.training != nullptr) {
            result.extras[numbered("alpha", group)] = fused.alpha;
            result.extras[numbered("recovered", group)] =
                d_couplings[group]->invert(hidden).alpha;
        }
        x = fused.fused;
    }
    const auto image = torch::sigmoid(torch::pixel_shuffle(x, d_options.shuffle()));
    result.images =
        image.reshape({ plain.size(0), plain.size(1), image.size(2), image.size(3) });
    return result;
}

MedicalDecryptor::MedicalDecryptor(const Options& options)
    : d_options(options)
    , d_tail(register_module("tail", TransposedConv(options.width, options.width, 1, 3)))
    , d_last(register_module("last", TransposedConv(options.width, 1, 1, 3)))
{
    for (std::size_t group = 0; group < groups; ++group) {
        const int64_t channels = options.channels(group);
        d_couplings.push_back(register_module(numbered("coupling", group),
                                              Coupling(channels, options.growth())));
        d_unfusions.push_back(register_module(numbered("unfusion", group),
                                              Unfusion(channels, options.blocks[group])));
        d_ups.push_back(register_module(
            numbered("up", group),
            UpGroup(channels, group == 0 ? options.width : options.channels(group - 1))));
    }
    register_key(*this);
}

void MedicalDecryptor::share(const MedicalEncryptor& encryptor)
{
    for (std::size_t group = 0; group < groups; ++group)
        d_couplings[group] =
            replace_module(numbered("coupling", group), encryptor.couplings()[group]);
}

torch::Tensor MedicalDecryptor::forward(const ProtectedImages& images, const Conditions&)
{
    const auto planes = as_planes(images.images);
    auto x =
        torch::pixel_unshuffle(torch::logit(planes, least_level), d_options.shuffle());
    std::vector<torch::Tensor> keys;
    if (d_options.fusion) {
        if (images.extras.count("ep1") == 0)
            throw ConfigError(
                "cipher medical decrypts with what its encryption net gave beside the "
                "image (EP and EK), which is far too much to be sent: it runs in one "
                "process alone. Cipher medical-radio needs nothing beside the image");
        keys = feature_keys(d_options,
                            from_bytes(images.side, images.images.size(1)),
                            x.size(2) * downsampling,
                            x.size(3) * downsampling,
                            planes.device());
    }
    for (std::size_t group = groups; group-- > 0;) {
        if (d_options.fusion) {
            const auto found =
                d_couplings[group]->invert({ images.extras.at(numbered("ep", group)),
                                             images.extras.at(numbered("ek", group)) });
            x = d_unfusions[group]->forward(x, found.alpha, keys[group]);
        } else {
            x = d_unfusions[group]->pass(x);
        }
        x = d_ups[group](x);
    }
    x = torch::sigmoid(d_last(leaky(d_tail(x))));
    return x.reshape(
        { images.images.size(0), images.images.size(1), x.size(2), x.size(3) });
}

} // namespace djescc::medical

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Layers of convolutions, GDN, PReLU and attention modules, and their linear start.

#include "codec/adjscc_nets.h"

#include "codec/block_code.h"
#include <algorithm>
#include <djescc/error.h>
#include <numeric>
#include <torch/nn/init.h>

namespace djescc::adjscc {
namespace {

constexpr int64_t squeezed_width = 16;

// Root mean square of the features that the transform initialisation aims at: small, so
// that x / sqrt(1 + 0.1 x^2), which GDN starts as, is nearly x.
constexpr double initial_amplitude = 0.25;
// An AF module starts as sigmoid(0); the convolution behind it makes up for that.
constexpr double initial_attention = 0.5;
// The hinges of an AF module's first layer start spread over these SNRs in dB, with this
// slope per dB.
constexpr double lowest_hinge_db = -5.0, highest_hinge_db = 25.0;
constexpr double hinge_slope = 0.1;

Layers encoder_layers(int64_t in, int64_t width, int64_t t)
{
    return { { { in, width, 9, 2 },
               { width, width, 5, 2 },
               { width, width, 5, 1 },
               { width, width, 5, 1 },
               { width, t, 5, 1 } } };
}

Layers decoder_layers(int64_t width, int64_t t)
{
    return { { { t, width, 5, 1 },
               { width, width, 5, 1 },
               { width, width, 5, 1 },
               { width, width, 5, 2 },
               { width, 3, 9, 2 } } };
}

std::vector<torch::nn::Conv2d> make_convs(torch::nn::Module& net, const Layers& layers)
{
    std::vector<torch::nn::Conv2d> convs;
    for (const auto& layer : layers) {
        auto conv = net.register_module(
            "conv" + std::to_string(convs.size() + 1),
            torch::nn::Conv2d(torch::nn::Conv2dOptions(layer.in, layer.out, layer.kernel)
                                  .stride(layer.stride)
                                  .padding((layer.kernel - 1) / 2)));
        torch::nn::init::kaiming_normal_(conv->weight);
        torch::nn::init::zeros_(conv->bias);
        convs.push_back(conv);
    }
    return convs;
}

std::vector<TransposedConv> make_deconvs(torch::nn::Module& net, const Layers& layers)
{
    std::vector<TransposedConv> convs;
    for (const auto& layer : layers)
        convs.push_back(net.register_module(
            "deconv" + std::to_string(convs.size() + 1),
            TransposedConv(layer.in, layer.out, layer.stride, layer.kernel)));
    return convs;
}

torch::Tensor wiener_gains(const torch::Tensor& deviation, const torch::Tensor& power)
{
    const auto received = 0.5 * deviation / power; // real dimensions of power 1/2
    return received / (received + initial_noise_power);
}

} // namespace

NetSize read_size(ConfigReader& reader)
{
    return { reader.get_in<int64_t>("width", 256, 1, 1024),
             reader.get<bool>("attention", true) };
}

TransformCode::TransformCode(const BlockTransform& transform,
                             int64_t width,
                             const std::vector<int64_t>& layers)
    : basis(transform.basis)
    , deviation(transform.deviation.slice(0, 0, std::min(width, transform.basis.size(1))))
{
    // Amplitudes of sqrt(deviation) share a power budget best among linear codes.
    const int64_t count = deviation.size(0);
    power = torch::empty_like(deviation);
    int64_t sent = 0;
    for (const int64_t channels : layers) {
        const auto own = deviation.slice(0, std::min(sent, count), sent + channels);
        if (own.size(0) > 0)
            power.slice(0, sent, sent + channels).fill_(own.mean());
        sent += channels;
    }
    channels = sent;
    component.resize(static_cast<std::size_t>(std::min(sent, count)));
    std::iota(component.begin(), component.end(), int64_t{ 0 });
    // No channel carries these.
    power.slice(0, std::min(sent, count)).fill_(deviation.slice(0, 0, sent).mean());
    scale = initial_amplitude / torch::sqrt(deviation.slice(0, 0, sent).mean());
    wiener = wiener_gains(deviation, power);
}

TransformCode TransformCode::of_what_is_left(int64_t t) const
{
    auto left = *this;
    // The error of a Wiener filter has 1 - gain of the power that it filters.
    left.deviation = deviation.clone();
    for (const int64_t known : component)
        left.deviation[known] *= torch::sqrt(1 - wiener[known]);
    const auto order = left.deviation.argsort(0, /*descending=*/true).slice(0, 0, t);
    left.channels = t;
    left.component.clear();
    for (int64_t i = 0; i < order.size(0); ++i)
        left.component.push_back(order[i].item<int64_t>());
    left.power =
        torch::full_like(power, left.deviation.index_select(0, order).mean().item());
    left.scale = initial_amplitude / torch::sqrt(left.power[0]);
    left.wiener = wiener_gains(left.deviation, left.power);
    return left;
}

AttentionFeatureImpl::AttentionFeatureImpl(int64_t channels)
    : d_squeeze(
          register_module("squeeze", torch::nn::Linear(channels + 1, squeezed_width)))
    , d_excite(register_module("excite", torch::nn::Linear(squeezed_width, channels)))
{
    for (auto& layer : { d_squeeze, d_excite }) {
        torch::nn::init::xavier_uniform_(layer->weight);
        torch::nn::init::zeros_(layer->bias);
    }
}

void AttentionFeatureImpl::initialize_as_constant()
{
    torch::NoGradGuard no_grad;
    d_excite->weight.mul_(initial_noise);
    const auto sign =
        1 - 2 * torch::arange(squeezed_width).remainder(2).to(torch::kFloat32);
    const auto hinge = torch::linspace(lowest_hinge_db, highest_hinge_db, squeezed_width);
    d_squeeze->weight.select(1, -1).copy_(hinge_slope * sign);
    d_squeeze->bias.copy_(-hinge_slope * sign * hinge);
}

torch::Tensor AttentionFeatureImpl::forward(const torch::Tensor& features,
                                            const torch::Tensor& snr_db)
{
    const auto context =
        torch::cat({ features.mean({ 2, 3 }), snr_db.view({ -1, 1 }) }, 1);
    const auto gain = torch::sigmoid(d_excite(torch::relu(d_squeeze(context))));
    return features * gain.unsqueeze(-1).unsqueeze(-1);
}

LayerEnds::LayerEnds(torch::nn::Module& net,
                     const std::string& normalization,
                     bool inverse,
                     const Layers& layers,
                     bool attention)
{
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto suffix = std::to_string(i + 1);
        const int64_t channels = layers[i].out;
        d_normalizations.push_back(
            net.register_module(normalization + suffix, Gdn(channels, inverse)));
        if (i + 1 == layers.size())
            break;
        d_activations.push_back(net.register_module(
            "prelu" + suffix,
            torch::nn::PReLU(torch::nn::PReLUOptions().num_parameters(channels))));
        if (attention)
            d_attention.push_back(
                net.register_module("af" + suffix, AttentionFeature(channels)));
    }
}

void LayerEnds::initialize_as_gain()
{
    torch::NoGradGuard no_grad;
    for (auto& activation : d_activations)
        activation->weight.fill_(1.0);
    for (auto& module : d_attention)
        module->initialize_as_constant();
}

double LayerEnds::initial_gain() const
{
    return d_attention.empty() ? 1.0 : initial_attention;
}

torch::Tensor LayerEnds::operator()(std::size_t i,
                                    const torch::Tensor& features,
                                    const torch::Tensor& snr_db)
{
    auto output = d_normalizations[i](features);
    if (i < d_activations.size())
        output = d_activations[i](output);
    if (i < d_attention.size()) {
        if (!snr_db.defined())
            throw Error("a codec with attention needs to be told the SNR");
        output = d_attention[i](output, snr_db);
    }
    return output;
}

EncoderLayers::EncoderLayers(torch::nn::Module& net,
                             const NetSize& size,
                             int64_t t,
                             int64_t in)
    : d_convs(make_convs(net, encoder_layers(in, size.width, t)))
    , d_ends(net,
             "gdn",
             /*inverse=*/false,
             encoder_layers(in, size.width, t),
             size.attention)
{
}

void EncoderLayers::initialize_as_transform(const TransformCode& code)
{
    torch::NoGradGuard no_grad;
    d_ends.initialize_as_gain();
    for (auto& conv : d_convs)
        conv->weight.mul_(initial_noise);
    auto& pixels = d_convs[0];
    const int64_t width = pixels->weight.size(0), count = code.deviation.size(0);
    pixels->weight.slice(1, 0, 3).add_(pixels_kernel(width, 9));
    if (pixels->weight.size(1) > 3)
        pixels->weight.slice(1, 3, 6).sub_(pixels_kernel(width, 9));
    else // images are centred at one half
        pixels->bias.slice(0, 0, std::min<int64_t>(width, 12)).fill_(-0.5);
    const double gain = 1 / d_ends.initial_gain();
    auto components = components_kernel(code.basis, width, width);
    components.slice(0, 0, count)
        .mul_((code.scale * code.deviation.rsqrt()).view({ -1, 1, 1, 1 }));
    d_convs[1]->weight.add_(gain * components);
    add_gains(d_convs[2]->weight, torch::full({ count }, gain));
    add_gains(d_convs[3]->weight, torch::full({ count }, gain));
    auto& channels = d_convs[4]->weight;
    for (std::size_t c = 0; c < code.component.size(); ++c)
        channels[static_cast<int64_t>(c)][code.component[c]][2][2] += gain;
}

torch::Tensor EncoderLayers::operator()(const torch::Tensor& images,
                                        const torch::Tensor& snr_db)
{
    auto features = images;
    for (std::size_t i = 0; i < d_convs.size(); ++i)
        features = d_ends(i, d_convs[i](features), snr_db);
    return features;
}

DecoderLayers::DecoderLayers(torch::nn::Module& net, const NetSize& size, int64_t t)
    : d_convs(make_deconvs(net, decoder_layers(size.width, t)))
    , d_ends(net,
             "igdn",
             /*inverse=*/true,
             decoder_layers(size.width, t),
             size.attention)
{
}

void DecoderLayers::initialize_as_transform(const TransformCode& code,
                                            const std::vector<TransformCode>& added)
{
    torch::NoGradGuard no_grad;
    d_ends.initialize_as_gain();
    for (auto& conv : d_convs)
        conv->weight.mul_(initial_noise);
    const int64_t width = d_convs[4]->weight.size(0), count = code.deviation.size(0);
    const double gain = 1 / d_ends.initial_gain();
    int64_t channel = 0;
    const auto receive = [&](const TransformCode& part) {
        // Back to the amplitudes that the first code gives its features.
        const auto gains = part.wiener * torch::sqrt(2 * part.power) * code.scale *
                           torch::sqrt(part.deviation / code.deviation);
        auto& weight = d_convs[0]->weight;
        const int64_t known = static_cast<int64_t>(part.component.size());
        for (int64_t i = 0; i < std::min(known, weight.size(0) - channel); ++i) {
            const int64_t component = part.component[static_cast<std::size_t>(i)];
            weight[channel + i][component][2][2] += gains[component];
        }
        channel += part.channels;
    };
    receive(code);
    for (const auto& part : added)
        receive(part);
    add_gains(d_convs[1]->weight, torch::full({ count }, gain));
    add_gains(d_convs[2]->weight, torch::full({ count }, gain));
    // A transposed convolution is the adjoint of the convolution of the same weights.
    auto components = components_kernel(code.basis, width, width);
    components.slice(0, 0, count)
        .mul_((torch::sqrt(code.deviation) / code.scale).view({ -1, 1, 1, 1 }));
    d_convs[3]->weight.add_(gain * components);
    // sigmoid(4 u) has slope 1 at u = 0
    d_convs[4]->weight.add_(4 * gain * pixels_kernel(width, 9));
}

torch::Tensor DecoderLayers::operator()(const torch::Tensor& features,
                                        const torch::Tensor& snr_db)
{
    auto images = features;
    for (std::size_t i = 0; i < d_convs.size(); ++i)
        images = d_ends(i, d_convs[i](images), snr_db);
    return torch::sigmoid(images);
}

} // namespace djescc::adjscc

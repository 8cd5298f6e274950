/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `adjscc`: convolutions with attention modules that know the SNR.

#include "codec/block_code.h"
#include "net/gdn.h"
#include "net/transposed_conv.h"
#include <algorithm>
#include <array>
#include <djescc/error.h>
#include <string>
#include <torch/nn/init.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <vector>

// A namespace of its own, since the file shares its layers' names with codec `djscc`.
namespace djescc::adjscc {
namespace {

constexpr int64_t layer_count = 5;
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

struct Layer {
    int64_t in, out, kernel, stride;
};

using Layers = std::array<Layer, layer_count>;

Layers encoder_layers(int64_t width, int64_t t)
{
    return { { { 3, width, 9, 2 },
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

/*! Attention feature module (Xu et al., Fig. 4): features N x C x H x W times a gain for
 *  each channel in (0, 1), which a dense net computes from the channels' means and the
 *  SNR in dB, as it is. C + 1 to 16 ReLU to C sigmoid. */
class AttentionFeatureImpl : public torch::nn::Module
{
public:
    explicit AttentionFeatureImpl(int64_t channels)
        : d_squeeze(
              register_module("squeeze", torch::nn::Linear(channels + 1, squeezed_width)))
        , d_excite(register_module("excite", torch::nn::Linear(squeezed_width, channels)))
    {
        for (auto& layer : { d_squeeze, d_excite }) {
            torch::nn::init::xavier_uniform_(layer->weight);
            torch::nn::init::zeros_(layer->bias);
        }
    }

    //! Nearly the gain initial_attention for all channels; the hidden units are hinges
    //! over the range of SNRs, half of them rising and half falling.
    void initialize_as_constant()
    {
        torch::NoGradGuard no_grad;
        d_excite->weight.mul_(initial_noise);
        const auto sign =
            1 - 2 * torch::arange(squeezed_width).remainder(2).to(torch::kFloat32);
        const auto hinge =
            torch::linspace(lowest_hinge_db, highest_hinge_db, squeezed_width);
        d_squeeze->weight.select(1, -1).copy_(hinge_slope * sign);
        d_squeeze->bias.copy_(-hinge_slope * sign * hinge);
    }

    torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& snr_db)
    {
        const auto context =
            torch::cat({ features.mean({ 2, 3 }), snr_db.view({ -1, 1 }) }, 1);
        const auto gain = torch::sigmoid(d_excite(torch::relu(d_squeeze(context))));
        return features * gain.unsqueeze(-1).unsqueeze(-1);
    }

private:
    torch::nn::Linear d_squeeze, d_excite;
};
TORCH_MODULE(AttentionFeature);

/*! What follows a convolution in the first four layers of both sides: GDN or its inverse
 *  (named \p normalization), PReLU, and the AF module where there is attention. */
class LayerEnds
{
public:
    LayerEnds(torch::nn::Module& net,
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

    void initialize_as_gain()
    {
        torch::NoGradGuard no_grad;
        for (auto& activation : d_activations)
            activation->weight.fill_(1.0);
        for (auto& module : d_attention)
            module->initialize_as_constant();
    }

    //! What the attention after each layer takes away at the start.
    double initial_gain() const { return d_attention.empty() ? 1.0 : initial_attention; }

    //! \p features  what the convolution of layer \p i computed, N x C x H x W
    torch::Tensor
    operator()(std::size_t i, const torch::Tensor& features, const torch::Tensor& snr_db)
    {
        auto output = d_normalizations[i](features);
        if (i < d_activations.size())
            output = d_activations[i](output);
        if (i < d_attention.size()) {
            if (!snr_db.defined())
                throw Error("codec adjscc needs to be told the SNR");
            output = d_attention[i](output, snr_db);
        }
        return output;
    }

private:
    std::vector<Gdn> d_normalizations;
    std::vector<torch::nn::PReLU> d_activations;
    std::vector<AttentionFeature> d_attention;
};

//! The linear code that the nets start close to, for a width and a number of channels.
struct TransformCode {
    TransformCode(const BlockTransform& transform, int64_t width, int64_t t)
        : basis(transform.basis)
        , deviation(
              transform.deviation.slice(0, 0, std::min(width, transform.basis.size(1))))
    {
        // Amplitudes of sqrt(deviation) share a power budget best among linear codes.
        const auto sent = deviation.slice(0, 0, std::min(t, width));
        power = sent.mean();
        scale = initial_amplitude / torch::sqrt(power);
        const auto received = 0.5 * deviation / power; // real dimensions of power 1/2
        wiener = received / (received + initial_noise_power);
    }

    torch::Tensor basis, deviation, power, scale, wiener;
};

class AdjsccEncoder : public SymbolEncoder
{
public:
    AdjsccEncoder(int64_t width, int64_t t, bool attention)
        : d_convs(make_convs(encoder_layers(width, t)))
        , d_ends(*this, "gdn", /*inverse=*/false, encoder_layers(width, t), attention)
    {
    }

    void initialize_as_transform(const TransformCode& code)
    {
        torch::NoGradGuard no_grad;
        d_ends.initialize_as_gain();
        for (auto& conv : d_convs)
            conv->weight.mul_(initial_noise);
        const int64_t width = d_convs[0]->weight.size(0), count = code.deviation.size(0);
        d_convs[0]->weight.add_(pixels_kernel(width, 9));
        // Images are centred at one half.
        d_convs[0]->bias.slice(0, 0, std::min<int64_t>(width, 12)).fill_(-0.5);
        const double gain = 1 / d_ends.initial_gain();
        auto components = components_kernel(code.basis, width, width);
        components.slice(0, 0, count)
            .mul_((code.scale * code.deviation.rsqrt()).view({ -1, 1, 1, 1 }));
        d_convs[1]->weight.add_(gain * components);
        for (std::size_t i = 2; i < d_convs.size(); ++i)
            add_gains(d_convs[i]->weight, torch::full({ count }, gain));
    }

    SymbolBatch forward(const torch::Tensor& images,
                        const Conditions& conditions) override
    {
        auto features = images;
        for (std::size_t i = 0; i < d_convs.size(); ++i)
            features = d_ends(i, d_convs[i](features), conditions.snr_db);
        return { symbols_from_features(features) };
    }

private:
    std::vector<torch::nn::Conv2d> make_convs(const Layers& layers)
    {
        std::vector<torch::nn::Conv2d> convs;
        for (const auto& layer : layers) {
            auto conv =
                register_module("conv" + std::to_string(convs.size() + 1),
                                torch::nn::Conv2d(torch::nn::Conv2dOptions(
                                                      layer.in, layer.out, layer.kernel)
                                                      .stride(layer.stride)
                                                      .padding((layer.kernel - 1) / 2)));
            torch::nn::init::kaiming_normal_(conv->weight);
            torch::nn::init::zeros_(conv->bias);
            convs.push_back(conv);
        }
        return convs;
    }

    std::vector<torch::nn::Conv2d> d_convs;
    LayerEnds d_ends;
};

class AdjsccDecoder : public SymbolDecoder
{
public:
    AdjsccDecoder(int64_t width, int64_t t, bool attention)
        : d_t(t)
        , d_convs(make_convs(decoder_layers(width, t)))
        , d_ends(*this, "igdn", /*inverse=*/true, decoder_layers(width, t), attention)
    {
    }

    void initialize_as_transform(const TransformCode& code)
    {
        torch::NoGradGuard no_grad;
        d_ends.initialize_as_gain();
        for (auto& conv : d_convs)
            conv->weight.mul_(initial_noise);
        const int64_t width = d_convs[4]->weight.size(0), count = code.deviation.size(0);
        const double gain = 1 / d_ends.initial_gain();
        add_gains(d_convs[0]->weight,
                  code.wiener * code.scale * torch::sqrt(2 * code.power));
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

    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions& conditions) override
    {
        auto features = features_from_symbols(symbols.values, d_t, shape);
        for (std::size_t i = 0; i < d_convs.size(); ++i)
            features = d_ends(i, d_convs[i](features), conditions.snr_db);
        return torch::sigmoid(features);
    }

private:
    std::vector<TransposedConv> make_convs(const Layers& layers)
    {
        std::vector<TransposedConv> convs;
        for (const auto& layer : layers)
            convs.push_back(register_module(
                "deconv" + std::to_string(convs.size() + 1),
                TransposedConv(layer.in, layer.out, layer.stride, layer.kernel)));
        return convs;
    }

    int64_t d_t;
    std::vector<TransposedConv> d_convs;
    LayerEnds d_ends;
};

/*! Codec `adjscc`: joint source-channel coding with attention modules, of Xu, Ai, Chen,
 *  Yang, Sun and Rodrigues, "Wireless image transmission using deep source channel coding
 *  with attention modules" (IEEE Trans. Circuits Syst. Video Technol. 32(4), 2022). One
 *  pair of nets for all SNRs, which both sides know.
 *
 *  Encoder: 9x9 W|2; 5x5 W|2; 5x5 W|1 twice; 5x5 t|1 (filters|stride), GDN after each,
 *  PReLU and an attention feature (AF) module after the first four, power normalisation.
 *  Decoder: transposed 5x5 W|1 three times, 5x5 W|2, 9x9 3|2, inverse GDN after each,
 *  PReLU and AF module after the first four, sigmoid. R = k/n = t/96. The paper's width W
 *  is 256.
 *
 *  Configuration: "t" (channels of the code, 1 to 1024, default 16), "width" (1 to 1024,
 *  default 256), "attention" (default true; without it the nets ignore the SNR),
 *  "initialization": "random" (the default: He), "transform" starts close to a linear
 *  block transform code for natural images and "flat" to one for images whose components
 *  are equally strong (what a masking cipher makes), with all AF modules as one constant
 *  gain. A trained model does not depend on it.
 *
 *  With attention the nets need Conditions::snr_db.
 */
class AdjsccCodec : public BlockCodec
{
public:
    explicit AdjsccCodec(ConfigReader&& reader)
        : BlockCodec(reader, "random")
        , d_width(reader.get_in<int64_t>("width", 256, 1, 1024))
        , d_attention(reader.get<bool>("attention", true))
    {
        reader.get<std::string>("type", "adjscc");
        reader.finish();
    }

    nlohmann::json config() const override
    {
        return { { "type", "adjscc" },
                 { "t", t() },
                 { "width", d_width },
                 { "attention", d_attention },
                 { "initialization", initialization() } };
    }

    CodecNeeds needs() const override { return { /*snr=*/d_attention, false }; }

    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return made<AdjsccEncoder>();
    }

    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return made<AdjsccDecoder>();
    }

private:
    template <typename Net>
    std::shared_ptr<Net> made() const
    {
        auto net = std::make_shared<Net>(d_width, t(), d_attention);
        if (starts_as_transform())
            net->initialize_as_transform(
                TransformCode(initial_transform(), d_width, t()));
        return net;
    }

    int64_t d_width;
    bool d_attention;
};

const bool registered = Codec::add("adjscc", [](const nlohmann::json& config) {
    return std::make_unique<AdjsccCodec>(ConfigReader(config, "codec"));
});

} // namespace
} // namespace djescc::adjscc

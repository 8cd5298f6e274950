/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The attacker's U-Net for what looks like an image, and his own decoder for symbols.

#include <djescc/attack/attacker_net.h>

#include "net/unet.h"
#include <djescc/error.h>
#include <torch/nn/init.h>

namespace djescc {
namespace {

class UNetAttacker : public AttackerNet
{
public:
    UNetAttacker(int64_t channels, const std::vector<int64_t>& widths)
    {
        UNetOptions shape;
        shape.in_channels = 2 * channels;
        shape.out_channels = channels;
        shape.widths = widths;
        d_unet = register_module("unet", UNet(shape));
        const torch::NoGradGuard no_grad;
        torch::nn::init::zeros_(d_unet->head->weight);
        torch::nn::init::zeros_(d_unet->head->bias);
    }

    torch::Tensor forward(const torch::Tensor& observed,
                          const torch::Tensor& from_linear) override
    {
        return from_linear +
               d_unet->forward(torch::cat({ from_linear, observed }, 1) - 0.5);
    }

private:
    UNet d_unet{ nullptr };
};

class DecoderAttacker : public AttackerNet
{
public:
    DecoderAttacker(std::shared_ptr<const Codec> codec, double snr_db)
        : d_codec(std::move(codec))
        , d_decoder(register_module("decoder", d_codec->make_decoder()))
        , d_snr_db(snr_db)
    {
    }

    torch::Tensor forward(const torch::Tensor& observed, const torch::Tensor&) override
    {
        const ImageShape shape{ observed.size(1), observed.size(2), observed.size(3) };
        const int64_t count = d_codec->symbol_counts(shape).back();
        SymbolBatch symbols;
        symbols.values = torch::view_as_complex(observed.flatten(1)
                                                    .slice(1, 0, 2 * count)
                                                    .reshape({ -1, count, 2 })
                                                    .contiguous());
        Conditions conditions;
        conditions.snr_db = torch::full(
            { observed.size(0) }, d_snr_db, observed.options().dtype(torch::kFloat32));
        return d_decoder->forward(symbols, shape, conditions).images;
    }

private:
    std::shared_ptr<const Codec> d_codec;
    std::shared_ptr<SymbolDecoder> d_decoder;
    double d_snr_db;
};

} // namespace

std::shared_ptr<AttackerNet> make_unet_attacker(int64_t channels,
                                                const std::vector<int64_t>& widths)
{
    return std::make_shared<UNetAttacker>(channels, widths);
}

std::shared_ptr<AttackerNet> make_decoder_attacker(std::shared_ptr<const Codec> codec,
                                                   double snr_db)
{
    auto net = std::make_shared<DecoderAttacker>(std::move(codec), snr_db);
    return net->parameters().empty() ? nullptr : net;
}

torch::Tensor symbols_as_image(const torch::Tensor& symbols, const ImageShape& shape)
{
    const auto reals = torch::view_as_real(symbols).flatten(1);
    const int64_t room = shape.channels * shape.height * shape.width;
    if (reals.size(1) > room)
        throw ConfigError("symbols of more than R = 1/2 have no room in an image");
    return torch::constant_pad_nd(reals, { 0, room - reals.size(1) })
        .view({ -1, shape.channels, shape.height, shape.width });
}

} // namespace djescc

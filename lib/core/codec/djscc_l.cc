/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `djscc_l`: a base and its refinements, each a part of its own.

#include "codec/adjscc_nets.h"
#include "codec/block_code.h"
#include "codec/code_layers.h"
#include "codec/prefix_decoder.h"

namespace djescc::djscc_l {
namespace {

using adjscc::NetSize;
using adjscc::TransformCode;

class LayersEncoder : public SymbolEncoder
{
public:
    LayersEncoder(const NetSize& size, const CodeLayers& layers)
        : d_layers(layers), d_net(*this, size, layers.channels_to(layers.count()))
    {
    }

    void initialize_as_transform(const TransformCode& code)
    {
        d_net.initialize_as_transform(code);
    }

    SymbolBatch forward(const torch::Tensor& images,
                        const Conditions& conditions) override
    {
        return { d_layers.symbols_from_features(d_net(images, conditions.snr_db)) };
    }

private:
    CodeLayers d_layers;
    adjscc::EncoderLayers d_net;
};

class LayersDecoder : public PrefixesDecoder
{
public:
    using PrefixesDecoder::PrefixesDecoder;

    void initialize_as_transform(const TransformCode& code)
    {
        for (auto& decoder : decoders())
            decoder->initialize_as_transform(code);
    }
};

/*! Codec `djscc_l`: bandwidth-agile joint source-channel coding in layers, of Kurka and
 *  Gunduz, "Bandwidth-agile image transmission with deep joint source-channel coding"
 *  (IEEE Trans. Wireless Commun. 20(12), 2021). The first part is an image by itself, and
 *  every further one refines it.
 *
 *  One encoder, that of codec `adjscc`, makes the channels of all layers; a layer's
 *  symbols are those of its own channels, of power 1 by themselves, and go out as a part.
 *  The first p layers have a decoder of their own, `decoderP`, also that of codec
 *  `adjscc`. Trained over parts, the loss is the mean over all prefixes.
 *
 *  Configuration: "t" (a list of each layer's channels, 2 to 255 even numbers of 1024 in
 *  all, default [8, 8]: R = 1/12 and 1/12), "width" (1 to 1024, default 256), "attention"
 *  (default true; without it the nets ignore the SNR), "initialization" (see codec
 *  `adjscc`; a linear start puts the strongest components into the first layer).
 *
 *  With attention the nets need Conditions::snr_db. */
class LayersCodec : public BlockCodec
{
public:
    explicit LayersCodec(ConfigReader&& reader)
        : LayersCodec(reader, CodeLayers(reader, { 8, 8 }))
    {
        reader.get<std::string>("type", "djscc_l");
        reader.finish();
    }

    nlohmann::json config() const override
    {
        return { { "type", "djscc_l" },
                 { "t", d_layers.channels() },
                 { "width", d_size.width },
                 { "attention", d_size.attention },
                 { "initialization", initialization() } };
    }

    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        return d_layers.symbol_counts(shape);
    }

    int64_t parts() const override { return d_layers.count(); }

    CodecNeeds needs() const override { return { /*snr=*/d_size.attention, false }; }

    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return made<LayersEncoder>();
    }

    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return made<LayersDecoder>();
    }

private:
    LayersCodec(ConfigReader& reader, const CodeLayers& layers)
        : BlockCodec(reader, "random", layers.channels_to(layers.count()))
        , d_size(adjscc::read_size(reader))
        , d_layers(layers)
    {
    }

    template <typename Net>
    std::shared_ptr<Net> made() const
    {
        auto net = std::make_shared<Net>(d_size, d_layers);
        if (starts_as_transform())
            net->initialize_as_transform(
                TransformCode(initial_transform(), d_size.width, d_layers.channels()));
        return net;
    }

    NetSize d_size;
    CodeLayers d_layers;
};

const bool registered = Codec::add("djscc_l", [](const nlohmann::json& config) {
    return std::make_unique<LayersCodec>(ConfigReader(config, "codec"));
});

} // namespace
} // namespace djescc::djscc_l

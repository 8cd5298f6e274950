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
#include <djescc/error.h>

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

//! The decoder of one prefix.
class PrefixDecoderImpl : public torch::nn::Module
{
public:
    PrefixDecoderImpl(const NetSize& size, int64_t t) : d_layers(*this, size, t) {}

    void initialize_as_transform(const TransformCode& code)
    {
        d_layers.initialize_as_transform(code);
    }

    torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& snr_db)
    {
        return d_layers(features, snr_db);
    }

private:
    adjscc::DecoderLayers d_layers;
};
TORCH_MODULE(PrefixDecoder);

class LayersDecoder : public SymbolDecoder
{
public:
    LayersDecoder(const NetSize& size, const CodeLayers& layers) : d_layers(layers)
    {
        for (int64_t layer = 1; layer <= layers.count(); ++layer)
            d_decoders.push_back(
                register_module("decoder" + std::to_string(layer),
                                PrefixDecoder(size, layers.channels_to(layer))));
    }

    void initialize_as_transform(const TransformCode& code)
    {
        for (auto& decoder : d_decoders)
            decoder->initialize_as_transform(code);
    }

    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions& conditions) override
    {
        const auto& values = symbols.values;
        if (!symbols.counts.defined())
            return decoded(values,
                           d_layers.layers_in(values.size(1), shape),
                           shape,
                           conditions.snr_db);
        // Of some images more layers have come than of others.
        const auto counts = symbols.counts.to(torch::kCPU);
        std::vector<torch::Tensor> images(static_cast<std::size_t>(counts.size(0)));
        for (const int64_t count : d_layers.symbol_counts(shape)) {
            const auto rows = (counts == count).nonzero().view(-1);
            if (rows.size(0) == 0)
                continue;
            const auto chosen = rows.to(values.device());
            const auto own = decoded(values.index_select(0, chosen).slice(1, 0, count),
                                     d_layers.layers_in(count, shape),
                                     shape,
                                     conditions.snr_db.defined()
                                         ? conditions.snr_db.index_select(0, chosen)
                                         : conditions.snr_db);
            for (int64_t i = 0; i < rows.size(0); ++i)
                images[static_cast<std::size_t>(rows[i].item<int64_t>())] = own[i];
        }
        for (std::size_t i = 0; i < images.size(); ++i)
            if (!images[i].defined()) // says why
                d_layers.layers_in(counts[static_cast<int64_t>(i)].item<int64_t>(),
                                   shape);
        return torch::stack(images);
    }

private:
    torch::Tensor decoded(const torch::Tensor& symbols,
                          int64_t layers,
                          const ImageShape& shape,
                          const torch::Tensor& snr_db)
    {
        return d_decoders[static_cast<std::size_t>(layers - 1)](
            d_layers.features_from_symbols(symbols, layers, shape), snr_db);
    }

    CodeLayers d_layers;
    std::vector<PrefixDecoder> d_decoders;
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

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `adjscc`: convolutions with attention modules that know the SNR.

#include "codec/adjscc_nets.h"
#include "codec/block_code.h"

namespace djescc::adjscc {
namespace {

class AdjsccEncoder : public SymbolEncoder
{
public:
    AdjsccEncoder(const NetSize& size, int64_t t) : d_layers(*this, size, t) {}

    void initialize_as_transform(const TransformCode& code)
    {
        d_layers.initialize_as_transform(code);
    }

    SymbolBatch forward(const torch::Tensor& images,
                        const Conditions& conditions) override
    {
        return { symbols_from_features(d_layers(images, conditions.snr_db)) };
    }

private:
    EncoderLayers d_layers;
};

class AdjsccDecoder : public SymbolDecoder
{
public:
    AdjsccDecoder(const NetSize& size, int64_t t) : d_t(t), d_layers(*this, size, t) {}

    void initialize_as_transform(const TransformCode& code)
    {
        d_layers.initialize_as_transform(code);
    }

    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions& conditions) override
    {
        return d_layers(features_from_symbols(symbols.values, d_t, shape),
                        conditions.snr_db);
    }

private:
    int64_t d_t;
    DecoderLayers d_layers;
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
        : BlockCodec(reader, "random"), d_size(read_size(reader))
    {
        reader.get<std::string>("type", "adjscc");
        reader.finish();
    }

    nlohmann::json config() const override
    {
        return { { "type", "adjscc" },
                 { "t", t() },
                 { "width", d_size.width },
                 { "attention", d_size.attention },
                 { "initialization", initialization() } };
    }

    CodecNeeds needs() const override { return { /*snr=*/d_size.attention, false }; }

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
        auto net = std::make_shared<Net>(d_size, t());
        if (starts_as_transform())
            net->initialize_as_transform(
                TransformCode(initial_transform(), d_size.width, { t() }));
        return net;
    }

    NetSize d_size;
};

const bool registered = Codec::add("adjscc", [](const nlohmann::json& config) {
    return std::make_unique<AdjsccCodec>(ConfigReader(config, "codec"));
});

} // namespace
} // namespace djescc::adjscc

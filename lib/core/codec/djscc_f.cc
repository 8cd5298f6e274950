/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `djscc_f`: rounds, of which each knows what came of those before.

#include "codec/adjscc_nets.h"
#include "codec/block_code.h"
#include "codec/code_layers.h"
#include "codec/prefix_decoder.h"
#include <djescc/error.h>

namespace djescc::djscc_f {
namespace {

using adjscc::NetSize;
using adjscc::TransformCode;

//! The code of every round: that of the image, then those of what is left.
std::vector<TransformCode> round_codes(const BlockTransform& transform,
                                       int64_t width,
                                       const std::vector<int64_t>& channels)
{
    std::vector<TransformCode> codes{ TransformCode(
        transform, width, { channels.front() }) };
    for (std::size_t i = 1; i < channels.size(); ++i)
        codes.push_back(codes.back().of_what_is_left(channels[i]));
    return codes;
}

//! A decoder of the first \p rounds rounds starts as the sum of their codes.
void start_prefix(PrefixDecoder& decoder,
                  const std::vector<TransformCode>& codes,
                  std::size_t rounds)
{
    const auto first = codes.begin();
    decoder->initialize_as_transform(
        codes.front(), { first + 1, first + static_cast<std::ptrdiff_t>(rounds) });
}

//! The encoder of one round.
class RoundEncoderImpl : public torch::nn::Module
{
public:
    RoundEncoderImpl(const NetSize& size, int64_t t, int64_t in)
        : d_layers(*this, size, t, in)
    {
    }

    void initialize_as_transform(const TransformCode& code)
    {
        d_layers.initialize_as_transform(code);
    }

    torch::Tensor forward(const torch::Tensor& images, const torch::Tensor& snr_db)
    {
        return d_layers(images, snr_db);
    }

private:
    adjscc::EncoderLayers d_layers;
};
TORCH_MODULE(RoundEncoder);

class RoundsEncoder : public SymbolEncoder
{
public:
    RoundsEncoder(const NetSize& size, const CodeLayers& rounds) : d_rounds(rounds)
    {
        for (int64_t round = 1; round <= rounds.count(); ++round) {
            if (round > 1)
                d_estimators.push_back(
                    register_module("estimator" + std::to_string(round - 1),
                                    PrefixDecoder(size, rounds.channels_to(round - 1))));
            d_encoders.push_back(register_module(
                "round" + std::to_string(round),
                RoundEncoder(size,
                             rounds.channels()[static_cast<std::size_t>(round - 1)],
                             round == 1 ? 3 : 6)));
        }
    }

    void initialize_as_transform(const std::vector<TransformCode>& codes)
    {
        for (std::size_t i = 0; i < codes.size(); ++i) {
            d_encoders[i]->initialize_as_transform(codes[i]);
            if (i > 0)
                start_prefix(d_estimators[i - 1], codes, i);
        }
    }

    SymbolBatch forward(const torch::Tensor& images,
                        const Conditions& conditions) override
    {
        const auto& heard = conditions.feedback;
        if (!heard.defined())
            return { symbols_from_features(
                d_encoders.front()(images, conditions.snr_db)) };
        const ImageShape shape{ images.size(1), images.size(2), images.size(3) };
        const int64_t rounds = d_rounds.layers_in(heard.size(1), shape);
        if (rounds == d_rounds.count())
            throw ConfigError("codec djscc_f has sent all of its rounds");
        const auto place = static_cast<std::size_t>(rounds);
        const auto estimate = d_estimators[place - 1](
            d_rounds.features_from_symbols(heard, rounds, shape), conditions.snr_db);
        return { symbols_from_features(d_encoders[place](
            torch::cat({ images, estimate.to(images.dtype()) }, 1), conditions.snr_db)) };
    }

private:
    CodeLayers d_rounds;
    std::vector<RoundEncoder> d_encoders;
    std::vector<PrefixDecoder> d_estimators;
};

class RoundsDecoder : public PrefixesDecoder
{
public:
    using PrefixesDecoder::PrefixesDecoder;

    void initialize_as_transform(const std::vector<TransformCode>& codes)
    {
        for (std::size_t i = 0; i < codes.size(); ++i)
            start_prefix(decoders()[i], codes, i + 1);
    }
};

/*! Codec `djscc_f`: joint source-channel coding with channel output feedback, of Kurka
 *  and Gunduz, "DeepJSCC-f: Deep joint source-channel coding of images with feedback"
 *  (IEEE J. Sel. Areas Inf. Theory 1(1), 2020). An image is sent in rounds, each a part;
 *  behind each, the transmitter hears what was received, and sends what is missing.
 *
 *  The nets are those of codec `adjscc`. Round 1 encodes the image. For every further one
 *  the transmitter decodes what it has heard of the rounds before (`estimatorP`) as the
 *  receiver would, and encodes image and estimate together (`roundP`). The receiver has a
 *  decoder for each number of first rounds (`decoderP`).
 *
 *  An encoder without Conditions::feedback gives round 1 alone, else the round behind
 *  what is in it. The loss is the mean over all prefixes.
 *
 *  Configuration: "t" (a list of each round's channels, default [8, 8]), "width",
 *  "attention" and "initialization" as of codec `djscc_l`; a linear start sends next what
 *  the estimate lacks most of. */
class RoundsCodec : public BlockCodec
{
public:
    explicit RoundsCodec(ConfigReader&& reader)
        : RoundsCodec(reader, CodeLayers(reader, { 8, 8 }))
    {
        reader.get<std::string>("type", "djscc_f");
        reader.finish();
    }

    nlohmann::json config() const override
    {
        return { { "type", "djscc_f" },
                 { "t", d_rounds.channels() },
                 { "width", d_size.width },
                 { "attention", d_size.attention },
                 { "initialization", initialization() } };
    }

    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        return d_rounds.symbol_counts(shape);
    }

    int64_t parts() const override { return d_rounds.count(); }

    CodecNeeds needs() const override
    {
        return { /*snr=*/d_size.attention, /*feedback=*/true };
    }

    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return made<RoundsEncoder>();
    }

    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return made<RoundsDecoder>();
    }

private:
    RoundsCodec(ConfigReader& reader, const CodeLayers& rounds)
        : BlockCodec(reader, "random", rounds.channels_to(rounds.count()))
        , d_size(adjscc::read_size(reader))
        , d_rounds(rounds)
    {
    }

    template <typename Net>
    std::shared_ptr<Net> made() const
    {
        auto net = std::make_shared<Net>(d_size, d_rounds);
        if (starts_as_transform())
            net->initialize_as_transform(
                round_codes(initial_transform(), d_size.width, d_rounds.channels()));
        return net;
    }

    NetSize d_size;
    CodeLayers d_rounds;
};

const bool registered = Codec::add("djscc_f", [](const nlohmann::json& config) {
    return std::make_unique<RoundsCodec>(ConfigReader(config, "codec"));
});

} // namespace
} // namespace djescc::djscc_f

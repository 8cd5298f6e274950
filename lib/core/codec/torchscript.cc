/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `torchscript`: an encoder and a decoder that were exported from Python.

#include "net/script_module.h"
#include <array>
#include <djescc/channel/channel.h>
#include <djescc/codec/codec.h>
#include <djescc/files/config.h>

namespace djescc {

namespace {

constexpr int64_t max_multiple = 4096;
constexpr int64_t max_channels = 64;
constexpr int64_t max_ratio_term = 1 << 20;

struct ScriptCodecConfig {
    int64_t multiple;
    int64_t channels;
    std::array<int64_t, 2> symbols_per_pixel;
    bool adaptive;

    int64_t symbol_count(int64_t height, int64_t width) const
    {
        return height * width * symbols_per_pixel[0] / symbols_per_pixel[1];
    }
};

ScriptCodecConfig parse(const nlohmann::json& json)
{
    ConfigReader reader(json, "codec");
    reader.get<std::string>("type", "torchscript");
    ScriptCodecConfig config{};
    config.multiple = reader.get_in<int64_t>("multiple", 1, 1, max_multiple);
    config.channels = reader.get_in<int64_t>("channels", 3, 1, max_channels);
    config.adaptive = reader.get<bool>("adaptive", false);
    const auto ratio = reader.require<nlohmann::json>("symbols_per_pixel");
    reader.finish();
    const std::string key = reader.where("symbols_per_pixel");
    if (!ratio.is_array() || ratio.size() != 2 || !ratio[0].is_number_integer() ||
        !ratio[1].is_number_integer()) {
        throw ConfigError(key + " must be [numerator, denominator]");
    }
    config.symbols_per_pixel = { ratio[0].get<int64_t>(), ratio[1].get<int64_t>() };
    for (const int64_t term : config.symbols_per_pixel) {
        if (term < 1 || term > max_ratio_term) {
            throw ConfigError(key + " must be of numbers from 1 to " +
                              std::to_string(max_ratio_term));
        }
    }
    // then it comes out whole for every size that is a multiple
    if (config.multiple * config.multiple * config.symbols_per_pixel[0] %
            config.symbols_per_pixel[1] !=
        0) {
        throw ConfigError(key + " gives no whole number of symbols for " +
                          std::to_string(config.multiple) + " x " +
                          std::to_string(config.multiple) +
                          " pixels: mend it or codec.multiple");
    }
    return config;
}

std::vector<std::string> with_snr(std::vector<std::string> parameters, bool adaptive)
{
    if (adaptive) {
        parameters.emplace_back("snr_db");
    }
    return parameters;
}

void append_snr(std::vector<torch::IValue>& inputs,
                const torch::Tensor& snr_db,
                const std::string& origin)
{
    if (!snr_db.defined()) {
        throw ConfigError(origin + " adapts to the channel and must be told the SNR");
    }
    inputs.emplace_back(snr_db);
}

class ScriptEncoder : public ScriptNet<SymbolEncoder>
{
public:
    explicit ScriptEncoder(const ScriptCodecConfig& config)
        : ScriptNet(with_snr({ "images" }, config.adaptive)), d_config(config)
    {
    }

    SymbolBatch forward(const torch::Tensor& images,
                        const Conditions& conditions) override
    {
        std::vector<torch::IValue> inputs{ images };
        if (d_config.adaptive) {
            append_snr(inputs, conditions.snr_db, origin());
        }
        const torch::Tensor result = call(std::move(inputs));
        const int64_t count = d_config.symbol_count(images.size(2), images.size(3));
        const bool complex = result.is_complex();
        check_shape("symbols", result, { images.size(0), complex ? count : 2 * count });
        const torch::Tensor normal = normalize_power(result);
        return { complex ? normal : reals_to_symbols(normal) };
    }

private:
    ScriptCodecConfig d_config;
};

class ScriptDecoder : public ScriptNet<SymbolDecoder>
{
public:
    explicit ScriptDecoder(const ScriptCodecConfig& config)
        : ScriptNet(with_snr({ "symbols", "height", "width" }, config.adaptive))
        , d_config(config)
    {
    }

    DecodedImages forward(const SymbolBatch& batch,
                          const ImageShape& shape,
                          const Conditions& conditions) override
    {
        const auto& symbols = batch.values;
        std::vector<torch::IValue> inputs{ symbols_to_reals(symbols),
                                           shape.height,
                                           shape.width };
        if (d_config.adaptive) {
            append_snr(inputs, conditions.snr_db, origin());
        }
        torch::Tensor result = call(std::move(inputs));
        check_shape("images",
                    result,
                    { symbols.size(0), d_config.channels, shape.height, shape.width });
        return result;
    }

private:
    ScriptCodecConfig d_config;
};

/*! Codec `torchscript`: an encoder and a decoder that somebody exported from Python with
 *  torch.jit.script(). Loading needs RuntimeOptions::allow_code.
 *
 *  Configuration: "symbols_per_pixel" ([numerator, denominator]: k = H * W * numerator /
 *  denominator, which must come out whole), "multiple" (of heights and widths, 1 to 4096,
 *  default 1), "channels" (1 to 64, default 3), "adaptive" (default false).
 *
 *  Encoder: forward(images) from N x C x H x W float32 in [0, 1] to N x 2k float32, first
 *  half real parts and second half imaginary parts, or to N x k complex64; power is
 *  normalised to 1 per image here whatever it returns. Decoder: forward(symbols, height,
 *  width) from N x 2k float32 in the same order, and two ints, to N x C x H x W. An
 *  adaptive codec's modules take a last argument snr_db, N float32. docs/model-format.md
 *  shows an export.
 *  \throws ConfigError
 */
class ScriptCodec : public Codec
{
public:
    explicit ScriptCodec(const nlohmann::json& json) : d_config(parse(json)) {}

    nlohmann::json config() const override
    {
        return { { "type", "torchscript" },
                 { "multiple", d_config.multiple },
                 { "channels", d_config.channels },
                 { "symbols_per_pixel", d_config.symbols_per_pixel },
                 { "adaptive", d_config.adaptive } };
    }
    int64_t multiple() const override { return d_config.multiple; }
    int64_t channels() const override { return d_config.channels; }
    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        return { d_config.symbol_count(shape.height, shape.width) };
    }
    CodecNeeds needs() const override { return { d_config.adaptive, false }; }
    std::string symbol_formula() const override
    {
        return "H * W * " + std::to_string(d_config.symbols_per_pixel[0]) + " / " +
               std::to_string(d_config.symbols_per_pixel[1]);
    }
    double bandwidth_ratio() const override
    {
        return static_cast<double>(d_config.symbols_per_pixel[0]) /
               static_cast<double>(d_config.symbols_per_pixel[1] * d_config.channels);
    }
    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return std::make_shared<ScriptEncoder>(d_config);
    }
    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return std::make_shared<ScriptDecoder>(d_config);
    }

private:
    ScriptCodecConfig d_config;
};

const bool torchscript_registered =
    Codec::add("torchscript", [](const nlohmann::json& config) {
        return std::make_unique<ScriptCodec>(config);
    });

} // namespace

} // namespace djescc

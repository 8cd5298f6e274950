/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `direct`: two values of an image make a symbol, without a net.

#include <algorithm>
#include <cmath>
#include <djescc/channel/channel.h>
#include <djescc/codec/codec.h>
#include <djescc/files/config.h>
#include <string>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr double middle = 0.5;             // value that becomes 0
constexpr double largest_rms = 0.70710678; // of symbols of two values of +-1/2
constexpr double octaves = 4;              // of rms to either side of v = 0
constexpr int64_t fewest_gain_symbols = 16;
constexpr int64_t symbols_per_gain_symbol = 64;
constexpr double smallest_value = 0x1p-20; // what is not lost stays above 0
constexpr double faintest = 0x1p-22;       // sent for 0, so that no symbol is exactly 0

int64_t data_symbols(int64_t values) { return (values + 1) / 2; }

int64_t gain_symbols(int64_t data)
{
    return std::max(fewest_gain_symbols,
                    (data + symbols_per_gain_symbol - 1) / symbols_per_gain_symbol);
}

//! Symbols' rms from v, both N x 1.
torch::Tensor rms_from_gain(const torch::Tensor& gain)
{
    return largest_rms * torch::exp2((gain - 1) * octaves);
}

//! Factor of the data symbols, from v and the rms that v stands for; N x 1.
torch::Tensor data_scale(const torch::Tensor& gain, int64_t data)
{
    const auto many = static_cast<double>(data),
               few = static_cast<double>(gain_symbols(data));
    const auto power = (many + few - few * gain.square()) / many;
    return power.sqrt() / rms_from_gain(gain);
}

class DirectEncoder : public SymbolEncoder
{
public:
    SymbolBatch forward(const torch::Tensor& images, const Conditions&) override
    {
        auto values = images.to(torch::kFloat32).flatten(1) - middle;
        if (values.size(1) % 2)
            values = torch::constant_pad_nd(values, { 0, 1 });
        values = torch::where(values == 0, torch::full_like(values, faintest), values);
        const int64_t data = values.size(1) / 2, extra = gain_symbols(data);
        const auto rms =
            (values.square().sum(1, true) / static_cast<double>(data)).sqrt();
        const auto gain =
            (1 + torch::log2(rms.clamp_min(1e-30) / largest_rms) / octaves).clamp(-1, 1);
        values = values * data_scale(gain, data);
        // What a nearly uniform image leaves of the power goes into the gain symbols,
        // where it cannot be taken for another gain: v ends at -1.
        const auto rest =
            (static_cast<double>(data + extra) - values.square().sum(1, true))
                .clamp_min(0) /
            static_cast<double>(extra);
        const auto sent = torch::where(gain > -1, gain, -rest.sqrt());
        const auto front = (sent * M_SQRT1_2).expand({ -1, extra });
        const auto halves = values.chunk(2, 1);
        return { normalize_power(torch::complex(torch::cat({ front, halves[0] }, 1),
                                                torch::cat({ front, halves[1] }, 1))) };
    }
};

class DirectDecoder : public SymbolDecoder
{
public:
    DecodedImages
    forward(const SymbolBatch& batch, const ImageShape& shape, const Conditions&) override
    {
        const auto& symbols = batch.values;
        const int64_t data = data_symbols(shape.numel()), extra = gain_symbols(data);
        const auto real = torch::real(symbols), imaginary = torch::imag(symbols);
        const auto present = ((real != 0) | (imaginary != 0)).to(torch::kFloat32);
        const auto part = [&](const torch::Tensor& all) {
            return all.narrow(1, extra, data);
        };
        const auto lead = [&](const torch::Tensor& all) {
            return all.narrow(1, 0, extra).sum(1, true);
        };
        const auto gain =
            ((lead(real) + lead(imaginary)) * M_SQRT1_2 / lead(present).clamp_min(1))
                .clamp(-1, 1);
        const auto scale = data_scale(gain, data);
        const auto received = torch::cat({ part(real), part(imaginary) }, 1) / scale;
        const auto known = torch::cat({ part(present), part(present) }, 1);
        return ((received + middle).clamp(smallest_value, 1) * known)
            .narrow(1, 0, shape.numel())
            .reshape({ symbols.size(0), shape.channels, shape.height, shape.width });
    }
};

/*! Codec `direct`: every pixel value is half an analog symbol, without any net.
 *
 *  Values less one half go to I (first half) and Q (second half) of k_d = ceil(C H W / 2)
 *  symbols, scaled to a power that makes the frame's average power 1. How much they were
 *  scaled, the receiver has to know: m = max(16, ceil(k_d / 64)) more symbols in front,
 *  all alike, carry v (1 + j) / sqrt(2), with v = 1 + log2(rms / 0.7071) / 4 in [-1, 1]
 *  where rms is that of the unscaled symbols. They are averaged, so the error that noise
 *  leaves in the gain stays well below the noise of the values themselves.
 *
 *  A received symbol that is exactly 0, as receivers fill in for lost ones, gives values
 *  of exactly 0; all others are kept above 0. Cipher `ednn` works around them.
 *
 *  Configuration: "channels" [3]: 1 or 3.
 */
class DirectCodec : public Codec
{
public:
    explicit DirectCodec(const nlohmann::json& config)
    {
        ConfigReader reader(config, "codec");
        reader.get<std::string>("type", "direct");
        d_channels = reader.get_in<int64_t>("channels", 3, 1, 3);
        reader.finish();
        if (d_channels == 2)
            throw ConfigError("codec.channels must be 1 or 3");
    }

    nlohmann::json config() const override
    {
        return { { "type", "direct" }, { "channels", d_channels } };
    }
    int64_t multiple() const override { return 1; }
    int64_t channels() const override { return d_channels; }
    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        const int64_t data = data_symbols(shape.numel());
        return { data + gain_symbols(data) };
    }
    std::string symbol_formula() const override
    {
        const std::string values = std::to_string(d_channels) + " * H * W / 2";
        return "ceil(" + values + ") + max(16, ceil(ceil(" + values +
               ") / 64)), H and W of the protected image";
    }
    double bandwidth_ratio() const override
    {
        return 0.5 * (1.0 + 1.0 / static_cast<double>(symbols_per_gain_symbol));
    }
    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return std::make_shared<DirectEncoder>();
    }
    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return std::make_shared<DirectDecoder>();
    }

private:
    int64_t d_channels;
};

const bool direct_registered = Codec::add("direct", [](const nlohmann::json& config) {
    return std::make_unique<DirectCodec>(config);
});

} // namespace

} // namespace djescc

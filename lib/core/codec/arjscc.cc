/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `arjscc`: groups of channels, of which a policy sends as many as picture and SNR
// are worth.

#include "codec/arjscc_nets.h"
#include "codec/block_code.h"
#include <array>
#include <djescc/error.h>
#include <optional>
#include <string>
#include <vector>

namespace djescc::arjscc {
namespace {

/*! Codec `arjscc`: joint source-channel coding of adaptive rate, of Yang and Kim, "Deep
 *  joint source-channel coding for wireless image transmission with adaptive rate
 *  control" (ICASSP 2022). One pair of nets for all SNRs and rates.
 *
 *  Source encoder: 7x7 to W/4 channels, 3x3|2 to W/2, 3x3|2 to W, batch normalisation and
 *  ReLU after each. Channel encoder: twice a residual block and an SNR module, 3x3 to t
 *  channels. These are `groups` groups. The first `fixed_groups` are always sent; a
 *  policy net decides from pooled features and SNR how many of the others are, and the
 *  rest is not sent. Decoder: 3x3 to W, twice a residual block and an SNR module,
 *  transposed 3x3|2 to W/2 and W/4 with batch normalisation and ReLU, 5x5, sigmoid. At W
 *  = 256 and t = 16 that are 378,944 and 2,925,584 parameters, 21,253 of the policy, and
 *  3,299,395.
 *
 *  In training the policy's choice is drawn by Gumbel-softmax, in use it is its most
 *  likely one. The extra "rate" is the part of the groups that each image has.
 *
 *  Configuration: "t" (channels, a multiple of 2 "groups", default 16), "width" (W, 48 to
 *  1024, a multiple of 4, default 256), "groups" (8), "fixed_groups" (1 to "groups",
 *  default 4), "temperature" ([first, last] of Gumbel-softmax, [5, 0.0124]: the paper's 5
 *  exp(-0.015 epoch) over its 400 epochs), "random_groups" (0 to 1, default 0: part of
 *  the pictures in training whose number of groups is drawn evenly instead),
 *  "initialization": "random" (the default), "transform" or "flat" (see codec `adjscc`).
 *
 *  The nets need Conditions::snr_db. */
class ArjsccCodec : public BlockCodec
{
public:
    explicit ArjsccCodec(ConfigReader&& reader)
        : BlockCodec(reader, "random")
        , d_width(reader.get_in<int64_t>("width", 256, 48, 1024))
        , d_groups{ t(),
                    reader.get_in<int64_t>("groups", 8, 1, 64),
                    reader.get_in<int64_t>("fixed_groups", 4, 1, 64) }
    {
        reader.get<std::string>("type", "arjscc");
        constexpr double coldest = 1e-3, hottest = 1e3;
        const auto temperature =
            reader.get("temperature", std::array<double, 2>{ 5, 0.0124 });
        for (const double value : temperature)
            if (!(value >= coldest && value <= hottest))
                throw ConfigError(
                    "codec.temperature must be [first, last], each from 0.001 to 1000");
        d_exploration = { temperature[0],
                          temperature[1],
                          reader.get_in("random_groups", 0.0, 0.0, 1.0) };
        if (d_width % 4 != 0)
            throw ConfigError("codec.width must be a multiple of 4");
        if (d_groups.fixed > d_groups.count)
            throw ConfigError("codec.fixed_groups must be at most codec.groups");
        if (t() % (2 * d_groups.count) != 0)
            throw ConfigError(
                "codec.t must be a multiple of twice codec.groups: a group has an even "
                "number of channels");
        reader.finish();
    }

    nlohmann::json config() const override
    {
        return { { "type", "arjscc" },
                 { "t", t() },
                 { "width", d_width },
                 { "groups", d_groups.count },
                 { "fixed_groups", d_groups.fixed },
                 { "temperature",
                   { d_exploration.first_temperature, d_exploration.last_temperature } },
                 { "random_groups", d_exploration.random },
                 { "initialization", initialization() } };
    }

    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        const int64_t places =
            (shape.height / downsampling) * (shape.width / downsampling);
        std::vector<int64_t> counts;
        for (int64_t groups = d_groups.fixed; groups <= d_groups.count; ++groups)
            counts.push_back(groups * d_groups.symbols() * places);
        return counts;
    }

    std::string symbol_formula() const override
    {
        return std::to_string(d_groups.symbols()) + " * (H / 4) * (W / 4) * " +
               std::to_string(d_groups.fixed) + " to " + std::to_string(d_groups.count);
    }

    RateGroups rate_groups() const override { return { d_groups.fixed, d_groups.count }; }

    CodecNeeds needs() const override { return { /*snr=*/true, false }; }

    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        const auto start = linear_start();
        return arjscc::make_encoder(
            d_width, d_groups, d_exploration, start ? &*start : nullptr);
    }

    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        const auto start = linear_start();
        return arjscc::make_decoder(d_width, d_groups, start ? &*start : nullptr);
    }

private:
    std::optional<LinearCode> linear_start() const
    {
        if (!starts_as_transform())
            return std::nullopt;
        return LinearCode(initial_transform(), d_width, t());
    }

    int64_t d_width;
    Groups d_groups;
    Exploration d_exploration{};
};

const bool registered = Codec::add("arjscc", [](const nlohmann::json& config) {
    return std::make_unique<ArjsccCodec>(ConfigReader(config, "codec"));
});

} // namespace
} // namespace djescc::arjscc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads the codec `hybrid`'s configuration, and divides symbols by it.

#include "codec/hybrid_settings.h"

#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <numeric>

namespace djescc {

double HybridDivision::mean_power(int64_t coefficients) const
{
    const auto reals = std::min(2 * refinement, coefficients);
    return (static_cast<double>(base) * base_power + static_cast<double>(reals) / 2) /
           static_cast<double>(all());
}

torch::Tensor HybridDivision::places() const
{
    const int64_t k = all();
    auto stride =
        std::max<int64_t>(1, std::llround(static_cast<double>(k) * 0.6180339887498949));
    while (std::gcd(stride, k) != 1)
        ++stride;
    return torch::arange(k, torch::kInt64).mul_(stride).remainder_(k);
}

HybridSettings HybridSettings::read(ConfigReader& reader)
{
    constexpr double most_power_db = 20;
    HybridSettings settings;
    settings.ratio =
        BandwidthRatio::parse(reader.get<std::string>("bandwidth_ratio", "1/6"),
                              reader.where("bandwidth_ratio"));
    settings.share = reader.get_in("base_share", settings.share, 0.0, 1.0);
    settings.base_power_db = reader.get_in(
        "base_power_db", settings.base_power_db, -most_power_db, most_power_db);
    settings.link = PictureLinkSettings::read(reader, Modulation::bpsk, "fast");
    if (settings.link.coder != "hevc")
        throw ConfigError(reader.where("coder") + " must be \"hevc\" here");
    settings.varied_training = reader.get("varied_training", settings.varied_training);
    ConfigReader variance(reader.child("variance_net"), reader.where("variance_net"));
    settings.variance_width =
        variance.get_in<int64_t>("width", settings.variance_width, 1, 256);
    settings.variance_depth =
        variance.get_in<int64_t>("depth", settings.variance_depth, 0, 16);
    variance.finish();
    ConfigReader refining(reader.child("refining_net"), reader.where("refining_net"));
    settings.refining_width =
        refining.get_in<int64_t>("width", settings.refining_width, 1, 1024);
    settings.refining_blocks =
        refining.get_in<int64_t>("blocks", settings.refining_blocks, 0, 32);
    refining.finish();
    return settings;
}

void HybridSettings::write(nlohmann::json& config) const
{
    config["bandwidth_ratio"] = ratio.text();
    config["base_share"] = share;
    config["base_power_db"] = base_power_db;
    config["varied_training"] = varied_training;
    config["variance_net"] = { { "width", variance_width }, { "depth", variance_depth } };
    config["refining_net"] = { { "width", refining_width },
                               { "blocks", refining_blocks } };
    link.write(config);
}

HybridSettings HybridSettings::varied(const TrainingMoment* training) const
{
    auto settings = *this;
    if (training != nullptr && varied_training) {
        constexpr uint64_t steps = 1024;
        constexpr double most_growth = 5, most_share = 0.8;
        settings.ratio.denominator *= int64_t{ 1 } << (training->seed % 3);
        const double growth =
            static_cast<double>(training->seed / 3 % steps) / steps * most_growth;
        settings.share = std::min(most_share, share * (1 + growth));
    }
    return settings;
}

HybridDivision
HybridSettings::divide(const HybridBase& base, int64_t height, int64_t width) const
{
    const int64_t all = ratio.symbols(3 * height * width);
    const auto digital = base.symbols_for(
        all, static_cast<int64_t>(std::lround(share * static_cast<double>(all))));
    return { digital, all - digital, std::pow(10, base_power_db / 10) };
}

void check_sealed(bool seals, const PictureKeys* keys)
{
    if (keys != nullptr && !seals)
        throw ConfigError(
            "an image of this size has no base that a key could seal; send "
            "larger images, or without the key");
}

} // namespace djescc

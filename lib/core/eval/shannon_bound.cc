/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codes pictures into the bits that the channel's capacity allows.

#include <djescc/eval/shannon_bound.h>

#include "eval/stage_sums.h"
#include <cmath>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <djescc/files/config.h>
#ifdef DJESCC_HAVE_DIGITAL
#include "codec/picture_link.h"
#endif

namespace djescc {

double capacity_bits(int64_t symbols, double snr_db)
{
    return static_cast<double>(symbols) * std::log2(1 + std::pow(10.0, snr_db / 10));
}

#ifdef DJESCC_HAVE_DIGITAL
namespace {

struct Bound {
    BandwidthRatio ratio;
    std::unique_ptr<PictureCoder> coder;
};

Bound bound_of(const nlohmann::json& config)
{
    const auto complete = Codec::create(config)->config();
    if (complete.at("type") != "separate")
        throw ConfigError("Shannon's bound is of codec separate, not of codec " +
                          complete.at("type").get<std::string>());
    ConfigReader reader(complete, "codec");
    auto settings = PictureLinkSettings::read(reader, Modulation::qpsk);
    settings.key_interval = 1; // each SNR would be predicted from another
    return { BandwidthRatio::parse(reader.require<std::string>("bandwidth_ratio"),
                                   reader.where("bandwidth_ratio")),
             settings.make_coder() };
}

//! What came out for one channel.
struct BoundSums {
    explicit BoundSums(int64_t count) : images(count) {}

    StageSums images;
    double symbols = 0, pixels = 0;
    int64_t outages = 0;

    ChainQuality quality(int64_t count) const
    {
        StageSums none(count);
        none.add_nothing_comparable();
        return { images.quality(1), none.quality(1), images.quality(1), count,
                 symbols / pixels,  outages };
    }
};

//! \return nothing where not even the poorest quality fits
std::optional<torch::Tensor>
best_picture(Bound& bound, const torch::Tensor& plain, double snr_db, double erased)
{
    const double bits =
        (1 - erased) * capacity_bits(bound.ratio.symbols(plain.numel()), snr_db);
    const auto coded =
        bound.coder->encode(planar_picture(plain), static_cast<std::size_t>(bits / 8));
    if (!coded)
        return {};
    return image_of(coded->decoded);
}

} // namespace

std::vector<ChainQuality>
measure_shannon_bound(const nlohmann::json& codec,
                      const Dataset& dataset,
                      const MeasureOptions& options,
                      const std::vector<MeasuredChannel>& channels)
{
    const torch::NoGradGuard no_grad;
    auto bound = bound_of(codec);
    const int64_t count = dataset.size();
    std::vector<BoundSums> sums;
    for (std::size_t i = 0; i < channels.size(); i++)
        sums.emplace_back(count);
    for (int64_t image = 0; image < count; image++) {
        const auto plain = dataset.crops({ { image, 0.5, 0.5, false } }, options.crop)
                               .to(torch::kFloat32)
                               .div(255);
        for (std::size_t i = 0; i < channels.size(); i++) {
            const double snr_db =
                spread_snrs(channels[i].snr_db, image, 1).item<double>();
            const auto found = best_picture(bound, plain[0], snr_db, channels[i].erased);
            const auto shown = found.value_or(torch::full_like(plain[0], grey_value));
            const auto psnr_db =
                sums[i].images.add(torch::tensor({ image }), shown.unsqueeze(0), plain);
            sums[i].symbols += static_cast<double>(bound.ratio.symbols(plain.numel()));
            sums[i].pixels += static_cast<double>(plain.size(2) * plain.size(3));
            sums[i].outages += found ? 0 : 1;
            if (options.watch)
                options.watch({ i, image, 0, shown, psnr_db.item<double>(), !found });
        }
    }
    std::vector<ChainQuality> qualities;
    for (const auto& of_channel : sums)
        qualities.push_back(of_channel.quality(count));
    return qualities;
}

#else

std::vector<ChainQuality> measure_shannon_bound(const nlohmann::json& codec,
                                                const Dataset&,
                                                const MeasureOptions&,
                                                const std::vector<MeasuredChannel>&)
{
    Codec::create(codec); // throws and says how to build with it
    throw ConfigError("this build has no picture coder");
}

#endif

} // namespace djescc

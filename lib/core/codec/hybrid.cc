/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `hybrid`: a digital base and an analog refinement in one transmission.

#include "codec/block_dct.h"
#include "codec/hybrid_base.h"
#include "codec/picture_link.h"
#include "codec/refining_net.h"
#include "codec/residual_code.h"
#include "codec/variance_net.h"
#include <algorithm>
#include <cmath>
#include <djescc/channel/channel.h>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <numeric>
#include <torch/utils.h>
#include <utility>

namespace djescc {
namespace {

// Of received symbols, whose power is about 1: 30 dB above the loudest noise.
constexpr double most_amplitude = 1000;

struct HybridSettings {
    BandwidthRatio ratio;
    double share = 0.15;
    PictureLinkSettings link;
    bool varied_training = false;
    int64_t variance_width = 64, variance_depth = 2;
    int64_t refining_width = 96, refining_blocks = 3;

    /*! For a step of training: all, half or a quarter of the symbols, and the base's
     *  share up to six times as large, drawn from the step's seed. So one pair of nets
     *  learns bases and refinements of many sizes. */
    HybridSettings varied(const TrainingMoment* training) const
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

    //! How a picture's symbols are divided.
    struct Division {
        int64_t base, refinement;
        int64_t all() const { return base + refinement; }
    };
    Division divide(const HybridBase& base, int64_t height, int64_t width) const
    {
        const int64_t all = ratio.symbols(3 * height * width);
        const auto digital = base.symbols_for(
            all, static_cast<int64_t>(std::lround(share * static_cast<double>(all))));
        return { digital, all - digital };
    }
};

/*! Where each symbol of base and refinement is sent: the i-th at place i s mod k, with s
 *  near the golden section of k and prime to it, so that a gap in what is received costs
 *  a little of everything. */
torch::Tensor places(int64_t k)
{
    auto stride =
        std::max<int64_t>(1, std::llround(static_cast<double>(k) * 0.6180339887498949));
    while (std::gcd(stride, k) != 1)
        ++stride;
    return torch::arange(k, torch::kInt64).mul_(stride).remainder_(k);
}

//! The share of the symbols' power that something is sent with: of more symbols than
//! there are coefficients some are empty, and the others stronger by as much.
double used_share(const HybridSettings::Division& division, int64_t coefficients)
{
    const auto reals = std::min(2 * division.refinement, coefficients);
    return (static_cast<double>(division.base) + static_cast<double>(reals) / 2) /
           static_cast<double>(division.all());
}

/*! Symbols in the order of \p where, and how far they can be relied on. What no channel
 *  can have made is lost. */
std::pair<torch::Tensor, torch::Tensor> usable(const torch::Tensor& symbols,
                                               const torch::Tensor& reliability,
                                               const torch::Tensor& where)
{
    const auto values = symbols.index_select(1, where);
    const auto magnitude = values.abs();
    const auto trusted =
        reliability.defined()
            ? torch::nan_to_num(
                  reliability.to(magnitude.options()).index_select(1, where))
                  .clamp(0, 1)
            : torch::ones_like(magnitude);
    const auto possible = magnitude <= most_amplitude; // NaN is not
    return { torch::where(possible, values, torch::zeros_like(values)),
             torch::where(possible, trusted, torch::zeros_like(trusted)) };
}

//! \throws ConfigError where a key would protect nothing
void check_sealed(bool seals, const PictureKeys* keys)
{
    if (keys != nullptr && !seals)
        throw ConfigError(
            "an image of this size has no base that a key could seal; send "
            "larger images, or without the key");
}

/*! A copy on the CPU of N x k symbols, each row of which \p change has worked on: it gets
 *  the row's first symbol, their number and the row. */
template <typename Change>
torch::Tensor changed_rows(const torch::Tensor& values, const Change& change)
{
    auto rows = values.to(torch::kCPU).contiguous().clone();
    for (int64_t i = 0; i < rows.size(0); ++i)
        change(first_symbol(rows, i),
               static_cast<std::size_t>(rows.size(1)),
               static_cast<std::size_t>(i));
    return rows;
}

class HybridEncoder : public SymbolEncoder
{
public:
    explicit HybridEncoder(const HybridSettings& settings)
        : d_settings(settings)
        , d_base(settings.link)
        , d_variances(register_module(
              "variances", VarianceNet(settings.variance_width, settings.variance_depth)))
    {
    }

    const VarianceNet& variances() const { return d_variances; }

    SymbolBatch forward(const torch::Tensor& given, const Conditions& conditions) override
    {
        check_picture_size("hybrid", given.size(2), given.size(3));
        const auto images = clean_images(given);
        const int64_t n = images.size(0), height = images.size(2), width = images.size(3);
        const auto division =
            d_settings.varied(conditions.training).divide(d_base, height, width);
        const auto* keys = conditions.keys;
        check_sealed(d_base.seals(division.base), keys);
        const auto coded =
            d_base.encode(images, division.base, /*sealed=*/keys != nullptr);
        const auto base = coded.bases.images.to(images.device());
        const auto residual = block_dct(images - base);
        SymbolBatch batch;
        const auto levels =
            predict(base, coded.bases.quality, residual, conditions, batch.extras);

        const torch::NoGradGuard no_grad;
        const ResidualPlan plan(levels, 2 * division.refinement);
        std::vector<int> energy;
        auto reals = plan.encode(residual, energy);
        reals =
            torch::constant_pad_nd(reals, { 0, 2 * division.refinement - reals.size(1) });
        auto values = torch::view_as_complex(
            reals.view({ n, division.refinement, 2 }).contiguous());
        if (keys != nullptr)
            values = enciphered(values, *keys).to(images.device());
        if (division.base > 0)
            values = torch::cat(
                { d_base.symbols(coded, energy, division.base, keys).to(images.device()),
                  values },
                1);
        const auto where = places(division.all()).to(images.device());
        auto sent = torch::empty_like(values);
        sent.index_copy_(1, where, values);
        batch.values = normalize_power(sent);
        return batch;
    }

private:
    //! Levels, and in training what is learnt from.
    torch::Tensor predict(const torch::Tensor& base,
                          const torch::Tensor& quality,
                          const torch::Tensor& residual,
                          const Conditions& conditions,
                          Extras& extras)
    {
        if (conditions.training == nullptr || !torch::GradMode::is_enabled()) {
            const torch::NoGradGuard no_grad;
            return d_variances(base, quality);
        }
        const auto levels = d_variances(base, quality);
        const auto octaves = levels / VarianceNetImpl::levels_per_octave;
        // ln v + c^2 / v, mean over each picture's coefficients. An error of ln v costs
        // the analog code in proportion to the deviation, so that is their weight.
        const auto weights = torch::exp2(octaves.detach() / 2).flatten(1);
        const auto surprise =
            (M_LN2 * octaves + residual.square() * torch::exp2(-octaves)).flatten(1);
        extras["residual_nll"] = (weights * surprise).sum(1) / weights.sum(1);
        return levels.detach().round(); // exact again, behind straight-through rounding
    }

    static torch::Tensor enciphered(const torch::Tensor& values, const PictureKeys& keys)
    {
        return changed_rows(values, [&](auto* first, std::size_t count, std::size_t row) {
            keys.seal->encipher(first, count, keys.runs[row], keys.counters[row]);
        });
    }

    HybridSettings d_settings;
    HybridBase d_base;
    VarianceNet d_variances;
};

//! Analog symbols of a batch as they are estimated from, with the noise in each real.
struct AnalogSymbols {
    torch::Tensor reals; //!< N x 2 M
    torch::Tensor noise; //!< N x 2 M, variances; infinite where a real is lost
};

class HybridDecoder : public SymbolDecoder
{
public:
    explicit HybridDecoder(const HybridSettings& settings)
        : d_settings(settings)
        , d_base(settings.link)
        , d_variances(register_module(
              "variances", VarianceNet(settings.variance_width, settings.variance_depth)))
        , d_refining(register_module(
              "refining", RefiningNet(settings.refining_width, settings.refining_blocks)))
    {
    }

    //! Hold the same net as the encoder, so that they stay alike in training.
    void share(const VarianceNet& variances)
    {
        d_variances = replace_module("variances", variances);
    }

    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions& conditions) override
    {
        check_picture_size("hybrid", shape.height, shape.width);
        const auto device = symbols.values.device();
        const int64_t n = symbols.values.size(0);
        const auto division = d_settings.varied(conditions.training)
                                  .divide(d_base, shape.height, shape.width);
        check_sealed(d_base.seals(division.base), conditions.keys);
        const auto where = places(division.all()).to(device);
        const double used = used_share(division, 3 * shape.height * shape.width);
        auto [values, reliability] =
            usable(symbols.values, conditions.reliability, where);
        values = values * std::sqrt(used);
        const auto noise = noise_powers(conditions.snr_db, used);
        const auto received = d_base.receive(values.slice(1, 0, division.base),
                                             reliability.slice(1, 0, division.base),
                                             noise,
                                             shape,
                                             conditions.keys);
        const auto base = received.bases.images.to(device);
        const auto analog = analog_symbols(values.slice(1, division.base),
                                           reliability.slice(1, division.base),
                                           noise,
                                           received,
                                           conditions.keys);
        const auto estimate = refine(base, received, analog);
        DecodedImages decoded(
            d_refining(base, estimate.coefficients, estimate.variances).clamp(0, 1));
        decoded.outage = received.outage;
        decoded.images =
            torch::where(received.outage.to(device).view({ n, 1, 1, 1 }),
                         torch::full({}, grey_value, decoded.images.options()),
                         decoded.images);
        return decoded;
    }

private:
    ResidualPlan::Estimate refine(const torch::Tensor& base,
                                  const HybridBase::Received& received,
                                  const AnalogSymbols& analog)
    {
        const torch::NoGradGuard no_grad;
        const ResidualPlan plan(d_variances(base, received.bases.quality),
                                analog.reals.size(1));
        return plan.decode(analog.reals.slice(1, 0, plan.sent()),
                           analog.noise.slice(1, 0, plan.sent()),
                           received.energy_steps);
    }

    //! N0 of each picture's symbols, which are stronger by 1 / used.
    static std::vector<float> noise_powers(const torch::Tensor& snr_db, double used)
    {
        const auto told = snr_db.to(torch::kCPU, torch::kFloat32);
        std::vector<float> powers;
        for (int64_t i = 0; i < told.size(0); ++i)
            powers.push_back(
                static_cast<float>(used * noise_power_of(told[i].item<double>())));
        return powers;
    }

    static AnalogSymbols analog_symbols(torch::Tensor values,
                                        const torch::Tensor& reliability,
                                        const std::vector<float>& noise_power,
                                        const HybridBase::Received& received,
                                        const PictureKeys* keys)
    {
        constexpr double real_power = 0.5; // of symbols of power 1
        const int64_t n = values.size(0), reals = 2 * values.size(1);
        auto noise =
            torch::tensor(noise_power).to(values.device()).mul_(real_power).unsqueeze(1);
        values = torch::where(reliability > 0, values, torch::zeros_like(values));
        if (keys != nullptr) {
            // Each symbol lacks a little of every lost one.
            const auto lost = (1 - (reliability > 0).to(torch::kFloat32)).mean(1, true);
            noise = noise * (1 - lost) + real_power * lost;
            values = deciphered(values, received, *keys).to(values.device());
            noise = noise.expand({ n, reals });
        } else {
            noise = (noise / reliability).repeat_interleave(2, 1);
        }
        return { torch::view_as_real(values.contiguous()).reshape({ n, reals }), noise };
    }

    static torch::Tensor deciphered(const torch::Tensor& values,
                                    const HybridBase::Received& received,
                                    const PictureKeys& keys)
    {
        return changed_rows(values, [&](auto* first, std::size_t count, std::size_t row) {
            keys.seal->decipher(first, count, received.runs[row], keys.counters[row]);
        });
    }

    HybridSettings d_settings;
    HybridBase d_base;
    VarianceNet d_variances;
    RefiningNet d_refining;
};

/*! Codec `hybrid`: one transmission from which every receiver gets what its channel
 *  allows.
 *
 *  A share of the symbols carries a digital base: HEVC intra, LDPC of IEEE 802.11n, a
 *  robust modulation. The others carry what the base lacks as real numbers: the
 *  coefficients of block_dct() that a net expects to matter, told from the base that both
 *  ends have (ResidualPlan). The receiver estimates them by the noise that it measures,
 *  and a net makes the final picture. Beside the base only its residual's energy is sent,
 *  16 bits. After Skoglund, Phamdo and Alajaji, Hybrid digital-analog source-channel
 *  coding for bandwidth compression/expansion, IEEE Trans. Inf. Theory 52(8), 2006.
 *
 *  With picture keys the base is sealed and the refinement enciphered (PictureSeal); a
 *  base that was forged, or is under another key, is an outage.
 *
 *  Where no base comes through, the image is grey and an outage. The base of images so
 *  small that no picture fits is that energy alone; of still smaller ones there is none.
 *
 *  Configuration: "bandwidth_ratio" (k / n, "1/6"), "base_share" (of the symbols, 0 to 1,
 *  0.15), PictureLinkSettings with BPSK and HEVC alone, "varied_training" (false; see
 *  HybridSettings::varied()), "variance_net" {"width" 64,
 *  "depth" 2}, "refining_net" {"width" 96, "blocks" 3}. */
class HybridCodec : public Codec
{
public:
    explicit HybridCodec(ConfigReader&& reader)
    {
        auto& settings = d_settings;
        settings.ratio =
            BandwidthRatio::parse(reader.get<std::string>("bandwidth_ratio", "1/6"),
                                  reader.where("bandwidth_ratio"));
        settings.share = reader.get_in("base_share", settings.share, 0.0, 1.0);
        settings.link = PictureLinkSettings::read(reader, Modulation::bpsk);
        if (settings.link.coder != "hevc")
            throw ConfigError(reader.where("coder") + " must be \"hevc\" here");
        settings.varied_training =
            reader.get("varied_training", settings.varied_training);
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
        reader.get<std::string>("type", "hybrid");
        reader.finish();
    }

    nlohmann::json config() const override
    {
        nlohmann::json config{ { "type", "hybrid" },
                               { "bandwidth_ratio", d_settings.ratio.text() },
                               { "base_share", d_settings.share },
                               { "varied_training", d_settings.varied_training },
                               { "variance_net",
                                 { { "width", d_settings.variance_width },
                                   { "depth", d_settings.variance_depth } } },
                               { "refining_net",
                                 { { "width", d_settings.refining_width },
                                   { "blocks", d_settings.refining_blocks } } } };
        d_settings.link.write(config);
        return config;
    }
    int64_t multiple() const override { return dct_side; }
    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        return { d_settings.ratio.symbols(3 * shape.height * shape.width) };
    }
    std::string symbol_formula() const override
    {
        return "round(" + d_settings.ratio.text() + " * 3 * H * W)";
    }
    double bandwidth_ratio() const override { return d_settings.ratio.value(); }
    CodecNeeds needs() const override
    {
        CodecNeeds needs;
        needs.snr = true;
        needs.decoder_alone = true;
        return needs;
    }
    bool takes_picture_keys() const override { return true; }
    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return std::make_shared<HybridEncoder>(d_settings);
    }
    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return std::make_shared<HybridDecoder>(d_settings);
    }
    void share(SymbolEncoder& encoder, SymbolDecoder& decoder) const override
    {
        dynamic_cast<HybridDecoder&>(decoder).share(
            dynamic_cast<HybridEncoder&>(encoder).variances());
    }

private:
    HybridSettings d_settings;
};

const bool hybrid_registered = Codec::add("hybrid", [](const nlohmann::json& config) {
    return std::make_unique<HybridCodec>(ConfigReader(config, "codec"));
});

} // namespace
} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `hybrid`: a digital base and an analog refinement in one transmission.

#include "codec/block_dct.h"
#include "codec/picture_link.h"
#include "codec/refining_net.h"
#include "codec/residual_code.h"
#include "codec/variance_net.h"
#include <algorithm>
#include <cmath>
#include <djescc/channel/channel.h>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <limits>
#include <numeric>
#include <torch/utils.h>

namespace djescc {
namespace {

// Bytes before the picture's own: how strong the residual is.
constexpr std::size_t energy_bytes = 2;
// Below this many bytes no picture is worth its airtime.
constexpr std::size_t fewest_base_bytes = 16;

struct HybridSettings {
    BandwidthRatio ratio;
    double share = 0.15;
    PictureLinkSettings link;
    int64_t variance_width = 64, variance_depth = 2;
    int64_t refining_width = 96, refining_blocks = 3;

    //! How a picture's symbols are divided.
    struct Division {
        int64_t base, refinement;
        int64_t all() const { return base + refinement; }
    };
    Division divide(const BitLink& bits, int64_t height, int64_t width) const
    {
        const int64_t all = ratio.symbols(3 * height * width);
        const auto base =
            static_cast<int64_t>(std::lround(share * static_cast<double>(all)));
        if (bits.capacity_bytes(static_cast<std::size_t>(base)) <
            energy_bytes + fewest_base_bytes)
            return { 0, all };
        return { base, all - base };
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

//! Bases of a batch as both ends have them.
struct Bases {
    torch::Tensor images;  //!< N x 3 x H x W float32
    torch::Tensor quality; //!< N float32, 0 for grey
};

Bases grey_bases(int64_t n, int64_t height, int64_t width)
{
    return { torch::full({ n, 3, height, width }, grey_value), torch::zeros({ n }) };
}

class HybridEncoder : public SymbolEncoder
{
public:
    explicit HybridEncoder(const HybridSettings& settings)
        : d_settings(settings)
        , d_coder(settings.link.make_coder())
        , d_link(settings.link.make_link())
        , d_variances(register_module(
              "variances", VarianceNet(settings.variance_width, settings.variance_depth)))
    {
    }

    const VarianceNet& variances() const { return d_variances; }

    SymbolBatch forward(const torch::Tensor& images,
                        const Conditions& conditions) override
    {
        const auto device = images.device();
        const int64_t n = images.size(0), height = images.size(2), width = images.size(3);
        const auto division = d_settings.divide(d_link, height, width);
        std::vector<std::string> bytes(static_cast<std::size_t>(n));
        auto bases = grey_bases(n, height, width);
        if (division.base > 0)
            code(images, division.base, bytes, bases);
        const auto base = bases.images.to(device);
        const auto residual = block_dct(images.to(torch::kFloat32) - base);

        SymbolBatch batch;
        torch::Tensor levels;
        if (conditions.training != nullptr && torch::GradMode::is_enabled()) {
            levels = d_variances(base, bases.quality);
            batch.extras["residual_nll"] = surprise(residual, levels);
            levels = levels.detach().round();
        } else {
            const torch::NoGradGuard no_grad;
            levels = d_variances(base, bases.quality);
        }
        const torch::NoGradGuard no_grad;
        const ResidualPlan plan(levels, 2 * division.refinement);
        std::vector<int> energy;
        auto reals = plan.encode(residual, energy);
        if (reals.size(1) < 2 * division.refinement)
            reals = torch::constant_pad_nd(
                reals, { 0, 2 * division.refinement - reals.size(1) });
        auto values = torch::view_as_complex(
            reals.view({ n, division.refinement, 2 }).contiguous());
        if (division.base > 0)
            values = torch::cat(
                { base_symbols(bytes, energy, division.base).to(device), values }, 1);
        const auto where = places(division.all()).to(device);
        auto sent = torch::empty_like(values);
        sent.index_copy_(1, where, values);
        batch.values = normalize_power(sent);
        return batch;
    }

private:
    void code(const torch::Tensor& images,
              int64_t symbols,
              std::vector<std::string>& bytes,
              Bases& bases)
    {
        const auto room =
            d_link.capacity_bytes(static_cast<std::size_t>(symbols)) - energy_bytes;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const auto row = static_cast<int64_t>(i);
            auto coded = d_coder->encode(planar_picture(images[row]), room);
            if (!coded)
                continue; // grey, and the refinement has it all
            bases.images[row].copy_(image_of(coded->decoded));
            bases.quality[row] = coded->quality;
            bytes[i] = std::move(coded->bytes);
        }
    }

    torch::Tensor base_symbols(const std::vector<std::string>& bytes,
                               const std::vector<int>& energy,
                               int64_t count) const
    {
        auto values = torch::empty({ static_cast<int64_t>(bytes.size()), count },
                                   torch::kComplexFloat);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const auto steps = static_cast<uint16_t>(energy[i]);
            const std::string payload = std::string{ static_cast<char>(steps >> 8),
                                                     static_cast<char>(steps & 0xff) } +
                                        bytes[i];
            const auto symbols = d_link.encode(payload, static_cast<std::size_t>(count));
            std::copy(
                symbols.begin(),
                symbols.end(),
                reinterpret_cast<std::complex<float>*>(
                    values[static_cast<int64_t>(i)].data_ptr<c10::complex<float>>()));
        }
        return values;
    }

    //! ln v + c^2 / v, mean over each picture's coefficients.
    static torch::Tensor surprise(const torch::Tensor& residual,
                                  const torch::Tensor& levels)
    {
        const auto octaves = levels / VarianceNetImpl::levels_per_octave;
        return (M_LN2 * octaves + residual.square() * torch::exp2(-octaves))
            .flatten(1)
            .mean(1);
    }

    HybridSettings d_settings;
    std::unique_ptr<PictureCoder> d_coder;
    BitLink d_link;
    VarianceNet d_variances;
};

class HybridDecoder : public SymbolDecoder
{
public:
    explicit HybridDecoder(const HybridSettings& settings)
        : d_settings(settings)
        , d_coder(settings.link.make_coder())
        , d_link(settings.link.make_link())
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
        const auto device = symbols.values.device();
        const int64_t n = symbols.values.size(0);
        const auto division = d_settings.divide(d_link, shape.height, shape.width);
        const auto where = places(division.all()).to(device);
        const auto values = symbols.values.index_select(1, where);
        const auto reliability =
            conditions.reliability.defined()
                ? conditions.reliability.to(device).index_select(1, where)
                : torch::ones({ n, values.size(1) },
                              values.options().dtype(torch::kFloat32));
        const auto snr_db = conditions.snr_db.to(torch::kCPU, torch::kFloat32);

        std::vector<int> energy(static_cast<std::size_t>(n), 0);
        auto bases = grey_bases(n, shape.height, shape.width);
        auto outage = torch::zeros({ n }, torch::kBool);
        if (division.base > 0) {
            const auto received =
                values.slice(1, 0, division.base).to(torch::kCPU).contiguous();
            const auto trusted =
                reliability.slice(1, 0, division.base).to(torch::kCPU).contiguous();
            for (int64_t i = 0; i < n; ++i) {
                const auto* first = trusted.data_ptr<float>() + i * division.base;
                const auto payload =
                    d_link.decode(symbols_of_row(received, i),
                                  noise_power_of(snr_db[i].item<double>()),
                                  { first, first + division.base });
                outage[i] = !payload || !unpack(*payload, shape, i, energy, bases);
            }
        }
        const auto base = bases.images.to(device);
        torch::Tensor levels;
        {
            const torch::NoGradGuard no_grad;
            levels = d_variances(base, bases.quality);
        }
        const ResidualPlan plan(levels, 2 * division.refinement);
        const auto analog = values.slice(1, division.base, division.all());
        const auto reals = torch::view_as_real(analog.contiguous())
                               .reshape({ n, 2 * division.refinement })
                               .slice(1, 0, plan.sent());
        const auto estimate = plan.decode(
            reals,
            noise_of_reals(reliability.slice(1, division.base, division.all()),
                           snr_db.to(device))
                .slice(1, 0, plan.sent()),
            energy);
        DecodedImages decoded(
            d_refining(base, estimate.coefficients, estimate.variances).clamp(0, 1));
        decoded.outage = outage;
        if (outage.any().item<bool>())
            decoded.images = torch::where(outage.to(device).view({ n, 1, 1, 1 }),
                                          torch::full_like(decoded.images, grey_value),
                                          decoded.images);
        return decoded;
    }

private:
    //! \return whether there is a base
    bool unpack(const std::string& payload,
                const ImageShape& shape,
                int64_t row,
                std::vector<int>& energy,
                Bases& bases)
    {
        if (payload.size() < energy_bytes)
            return false;
        const auto byte = [&](std::size_t i) {
            return static_cast<unsigned>(static_cast<unsigned char>(payload[i]));
        };
        energy[static_cast<std::size_t>(row)] =
            static_cast<int16_t>(byte(0) << 8 | byte(1));
        const auto bytes = payload.substr(energy_bytes);
        if (bytes.empty())
            return true; // a picture that did not fit: its base is grey
        try {
            bases.images[row].copy_(
                image_of(d_coder->decode(bytes,
                                         3,
                                         static_cast<int>(shape.height),
                                         static_cast<int>(shape.width))));
            bases.quality[row] = HevcCoder::quality_of(bytes);
            return true;
        } catch (const ImageError&) {
            return false;
        }
    }

    //! Variance of the noise in each of two reals of a symbol; infinite where it is lost.
    static torch::Tensor noise_of_reals(const torch::Tensor& reliability,
                                        const torch::Tensor& snr_db)
    {
        const auto noise = torch::pow(10.0, -snr_db.clamp(-30, 60) / 10) / 2;
        return (noise.unsqueeze(1) / reliability).repeat_interleave(2, 1);
    }

    HybridSettings d_settings;
    std::unique_ptr<PictureCoder> d_coder;
    BitLink d_link;
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
 *  Where no base comes through, the image is grey and an outage. Images so small that no
 *  base fits are all refinement.
 *
 *  Configuration: "bandwidth_ratio" (k / n, "1/6"), "base_share" (of the symbols, 0 to 1,
 *  0.15), PictureLinkSettings with BPSK and HEVC alone, "variance_net" {"width" 64,
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
        return needs;
    }
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

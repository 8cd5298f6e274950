/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `separate`: source coding by HEVC or JPEG, channel coding by LDPC.

#include "codec/picture_link.h"
#include <cmath>
#include <djescc/channel/channel.h>
#include <djescc/codec/codec.h>
#include <djescc/error.h>
#include <djescc/net/clip_net.h>
#include <djescc/net/part_times.h>
#include <torch/utils.h>

namespace djescc {
namespace {

class SeparateEncoder : public SymbolEncoder, public ClipNet
{
public:
    SeparateEncoder(const PictureLinkSettings& settings, const BandwidthRatio& ratio)
        : d_ratio(ratio), d_coder(settings.make_coder()), d_link(settings.make_link())
    {
    }

    bool remembers() const override { return d_coder->remembers(); }
    void begin_clip() override { d_coder->begin_clip(); }

    SymbolBatch forward(const torch::Tensor& images, const Conditions&) override
    {
        check_picture_size("separate", images.size(2), images.size(3));
        const int64_t n = images.size(0),
                      k = d_ratio.symbols(images.size(1) * images.size(2) *
                                          images.size(3));
        const auto count = static_cast<std::size_t>(k);
        auto values = torch::empty({ n, k }, torch::kComplexFloat);
        for (int64_t i = 0; i < n; ++i) {
            const auto coded = [&] {
                const PartTimer timer(picture_coder_part);
                return d_coder->encode(planar_picture(images[i]),
                                       d_link.capacity_bytes(count));
            }();
            const PartTimer timer(channel_code_part);
            // Nothing at all says that not even the poorest quality fits.
            const auto symbols =
                d_link.encode(coded ? coded->bytes : std::string(), count);
            std::copy(symbols.begin(), symbols.end(), first_symbol(values, i));
        }
        return { normalize_power(values).to(images.device()) };
    }

private:
    BandwidthRatio d_ratio;
    std::unique_ptr<PictureCoder> d_coder;
    BitLink d_link;
};

class SeparateDecoder : public SymbolDecoder, public ClipNet
{
public:
    explicit SeparateDecoder(const PictureLinkSettings& settings)
        : d_coder(settings.make_coder()), d_link(settings.make_link())
    {
    }

    bool remembers() const override { return d_coder->remembers(); }
    void begin_clip() override { d_coder->begin_clip(); }

    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions& conditions) override
    {
        check_picture_size("separate", shape.height, shape.width);
        const auto values = symbols.values.to(torch::kCPU).contiguous();
        const auto snr_db = conditions.snr_db.to(torch::kCPU, torch::kFloat32);
        const int64_t n = values.size(0);
        DecodedImages decoded(
            torch::full({ n, shape.channels, shape.height, shape.width }, grey_value));
        decoded.outage = torch::zeros({ n }, torch::kBool);
        for (int64_t i = 0; i < n; ++i) {
            std::vector<float> reliabilities;
            if (conditions.reliability.defined()) {
                const auto row = conditions.reliability[i].to(torch::kCPU).contiguous();
                reliabilities.assign(row.data_ptr<float>(),
                                     row.data_ptr<float>() + row.numel());
            }
            const auto bytes = [&] {
                const PartTimer timer(channel_code_part);
                return d_link.decode(symbols_of_row(values, i),
                                     noise_power_of(snr_db[i].item<double>()),
                                     reliabilities);
            }();
            decoded.outage[i] = !bytes || !put(*bytes, shape, decoded.images[i]);
        }
        decoded.images = decoded.images.to(symbols.values.device());
        return decoded;
    }

private:
    //! \return whether the bytes are a picture
    bool put(const std::string& bytes, const ImageShape& shape, torch::Tensor image)
    {
        if (bytes.empty())
            return false;
        const PartTimer timer(picture_coder_part);
        try {
            image.copy_(image_of(d_coder->decode(bytes,
                                                 static_cast<int>(shape.channels),
                                                 static_cast<int>(shape.height),
                                                 static_cast<int>(shape.width))));
            return true;
        } catch (const ImageError&) {
            return false; // of another coder, forged, or of a clip whose last is lost
        }
    }

    std::unique_ptr<PictureCoder> d_coder;
    BitLink d_link;
};

/*! Codec `separate`: separate source and channel coding, the baseline that codes of deep
 *  joint source-channel coding are compared with.
 *
 *  The picture is coded by HEVC's intra coding (BPG is the same coder) or JPEG, at the
 *  best quality that fits; a CRC of 32 bits, the LDPC codes of IEEE 802.11n and a
 *  modulation bring it over the channel. All k symbols are used. What does not come
 *  through whole is grey, and an outage.
 *
 *  Configuration: "bandwidth_ratio" (k / n, "1/6"), and PictureLinkSettings with QPSK. */
class SeparateCodec : public Codec
{
public:
    explicit SeparateCodec(ConfigReader&& reader)
        : d_ratio(BandwidthRatio::parse(reader.get<std::string>("bandwidth_ratio", "1/6"),
                                        reader.where("bandwidth_ratio")))
        , d_settings(PictureLinkSettings::read(reader, Modulation::qpsk))
    {
        reader.get<std::string>("type", "separate");
        reader.finish();
    }

    nlohmann::json config() const override
    {
        nlohmann::json config{ { "type", "separate" },
                               { "bandwidth_ratio", d_ratio.text() } };
        d_settings.write(config);
        return config;
    }
    int64_t multiple() const override { return 1; }
    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        return { d_ratio.symbols(shape.channels * shape.height * shape.width) };
    }
    std::string symbol_formula() const override
    {
        return "round(" + d_ratio.text() + " * 3 * H * W)";
    }
    double bandwidth_ratio() const override { return d_ratio.value(); }
    CodecNeeds needs() const override
    {
        CodecNeeds needs;
        needs.snr = true; // soft bits
        needs.decoder_alone = true;
        return needs;
    }
    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return std::make_shared<SeparateEncoder>(d_settings, d_ratio);
    }
    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return std::make_shared<SeparateDecoder>(d_settings);
    }

private:
    BandwidthRatio d_ratio;
    PictureLinkSettings d_settings;
};

const bool separate_registered = Codec::add("separate", [](const nlohmann::json& config) {
    return std::make_unique<SeparateCodec>(ConfigReader(config, "codec"));
});

} // namespace
} // namespace djescc

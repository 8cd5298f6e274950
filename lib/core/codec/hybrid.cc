/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Codec `hybrid`: a digital base and an analog refinement in one transmission.

#include "codec/block_dct.h"
#include "codec/hybrid_decoder.h"
#include "codec/hybrid_encoder.h"
#include <djescc/codec/codec.h>

namespace djescc {
namespace {

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
 *  Configuration: HybridSettings. */
class HybridCodec : public Codec
{
public:
    explicit HybridCodec(ConfigReader&& reader)
    {
        d_settings = HybridSettings::read(reader);
        reader.get<std::string>("type", "hybrid");
        reader.finish();
    }

    nlohmann::json config() const override
    {
        nlohmann::json config{ { "type", "hybrid" } };
        d_settings.write(config);
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

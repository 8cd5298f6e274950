/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Plug-ins that show what their nets were told, registered as any plug-in is. */
#pragma once

#include "small_model.h"
#include <array>
#include <cmath>
#include <djescc/error.h>
#include <string>
#include <torch/torch.h>
#include <vector>

namespace djescc::test {

//! Symbols and images are the SNR in hundredths of dB that the net was told.
class AdaptiveEncoder : public SymbolEncoder
{
public:
    SymbolBatch forward(const torch::Tensor& images,
                        const Conditions& conditions) override
    {
        const auto told = conditions.snr_db.view({ -1, 1 }) / 100;
        return { torch::complex(told, torch::zeros_like(told))
                     .expand({ -1, images.size(2) * images.size(3) })
                     .contiguous() };
    }
};

class AdaptiveDecoder : public SymbolDecoder
{
public:
    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions& conditions) override
    {
        return conditions.snr_db.view({ -1, 1, 1, 1 })
            .div(100)
            .expand({ symbols.values.size(0), shape.channels, shape.height, shape.width })
            .contiguous();
    }
};

//! A codec of one symbol a pixel that adapts to the channel.
class AdaptiveCodec : public Codec
{
public:
    nlohmann::json config() const override { return { { "type", "test_adaptive" } }; }
    int64_t multiple() const override { return 1; }
    std::vector<int64_t> symbol_counts(const ImageShape& shape) const override
    {
        return { shape.height * shape.width };
    }
    std::string symbol_formula() const override { return "H * W"; }
    double bandwidth_ratio() const override { return 1.0 / 3; }
    CodecNeeds needs() const override { return { /*snr=*/true, /*feedback=*/false }; }
    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return std::make_shared<AdaptiveEncoder>();
    }
    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return std::make_shared<AdaptiveDecoder>();
    }
};

/*! The first values of an image, one a symbol: as many as the image's very first value
 *  says, from 0 (fewest) to 1 (most), where there is a choice. */
class PrefixEncoder : public SymbolEncoder
{
public:
    PrefixEncoder(std::vector<int64_t> ends, bool choice)
        : d_ends(std::move(ends)), d_choice(choice)
    {
    }
    SymbolBatch forward(const torch::Tensor& images, const Conditions&) override
    {
        auto values = images.flatten(1).slice(1, 0, d_ends.back()).clone();
        if (!d_choice)
            return { torch::complex(values, torch::zeros_like(values)) };
        auto counts = torch::empty({ images.size(0) }, torch::kInt64);
        for (int64_t i = 0; i < images.size(0); i++) {
            const auto place = std::lround(values[i][0].item<double>() *
                                           static_cast<double>(d_ends.size() - 1));
            const int64_t count = d_ends.at(static_cast<std::size_t>(place));
            counts[i] = count;
            values[i].slice(0, count).zero_();
        }
        return { torch::complex(values, torch::zeros_like(values)), counts };
    }

private:
    std::vector<int64_t> d_ends;
    bool d_choice;
};

//! Every symbol, also those behind a row's own, as a value of the image; zeros follow.
class PrefixDecoder : public SymbolDecoder
{
public:
    DecodedImages forward(const SymbolBatch& symbols,
                          const ImageShape& shape,
                          const Conditions&) override
    {
        const auto values = torch::real(symbols.values);
        return torch::constant_pad_nd(values, { 0, shape.numel() - values.size(1) })
            .view({ -1, shape.channels, shape.height, shape.width });
    }
};

/*! A codec that sends the first values of an image in one of several lengths, its choice,
 *  or in parts that end there. Configuration: "ends", "parts" (true or false). */
class PrefixCodec : public Codec
{
public:
    explicit PrefixCodec(const nlohmann::json& config)
        : d_ends(config.at("ends").get<std::vector<int64_t>>())
        , d_in_parts(config.at("parts").get<bool>())
    {
    }
    nlohmann::json config() const override
    {
        return { { "type", "test_prefix" }, { "ends", d_ends }, { "parts", d_in_parts } };
    }
    int64_t multiple() const override { return 1; }
    std::vector<int64_t> symbol_counts(const ImageShape&) const override
    {
        return d_ends;
    }
    std::string symbol_formula() const override { return std::to_string(d_ends.back()); }
    double bandwidth_ratio() const override { return 0.5; }
    int64_t parts() const override
    {
        return d_in_parts ? static_cast<int64_t>(d_ends.size()) : 1;
    }
    std::shared_ptr<SymbolEncoder> make_encoder() const override
    {
        return std::make_shared<PrefixEncoder>(d_ends, !d_in_parts);
    }
    std::shared_ptr<SymbolDecoder> make_decoder() const override
    {
        return std::make_shared<PrefixDecoder>();
    }

private:
    std::vector<int64_t> d_ends;
    bool d_in_parts;
};

//! Takes each image's mean away, which travels beside it, and its place in the batch.
class MeanlessEncryptor : public Encryptor
{
public:
    ProtectedImages forward(const torch::Tensor& plain, const Conditions&) override
    {
        const auto mean = plain.mean({ 1, 2, 3 }).mul(255).round();
        const auto place = torch::arange(plain.size(0), mean.options());
        return { (plain - mean.view({ -1, 1, 1, 1 }) / 255 + 1) / 2,
                 torch::stack({ mean, place }, 1).to(torch::kUInt8) };
    }
};

class MeanlessDecryptor : public Decryptor
{
public:
    torch::Tensor forward(const ProtectedImages& images, const Conditions&) override
    {
        const auto mean = images.side.select(1, 0).to(torch::kFloat32) / 255;
        return images.images * 2 - 1 + mean.view({ -1, 1, 1, 1 });
    }
};

//! A cipher that needs two bytes beside each image.
class MeanlessCipher : public Cipher
{
public:
    nlohmann::json config() const override { return { { "type", "test_meanless" } }; }
    int64_t multiple() const override { return 4; }
    int64_t side_bytes() const override { return 2; }
    bool has_weights() const override { return false; }
    std::shared_ptr<Encryptor> make_encryptor() const override
    {
        return std::make_shared<MeanlessEncryptor>();
    }
    std::shared_ptr<Decryptor> make_decryptor() const override
    {
        return std::make_shared<MeanlessDecryptor>();
    }
};

inline const bool adaptive_registered =
    Codec::add("test_adaptive",
               [](const nlohmann::json&) { return std::make_unique<AdaptiveCodec>(); });
inline const bool prefix_registered =
    Codec::add("test_prefix", [](const nlohmann::json& config) {
        return std::make_unique<PrefixCodec>(config);
    });
inline const bool meanless_registered =
    Cipher::add("test_meanless",
                [](const nlohmann::json&) { return std::make_unique<MeanlessCipher>(); });

/*! Saves a model of such plug-ins with fresh nets.
 *  \param snr_db  its trained range in dB */
inline void save_sample_model(const std::string& directory,
                              const nlohmann::json& cipher,
                              const nlohmann::json& codec,
                              const std::array<double, 2>& snr_db = { 0, 20 })
{
    Manifest manifest = small_manifest();
    manifest.cipher = cipher;
    manifest.codec = codec;
    manifest.snr_db = snr_db;
    save_model(directory,
               manifest,
               create_nets(*Cipher::create(cipher),
                           *Codec::create(codec),
                           at::detail::createCPUGenerator(1)));
}

} // namespace djescc::test

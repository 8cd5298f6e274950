/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cipher `pe`: complemented and reordered channels of pixels, and the attack on it.

#include "cipher/keyed_net.h"
#include "cipher/known_pairs.h"
#include <array>
#include <djescc/cipher/cipher.h>
#include <djescc/files/config.h>
#include <djescc/image/image_shape.h>
#include <limits>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr std::array<std::array<int64_t, 3>, 6> orders{
    { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } }
};

//! What a key does to every pixel of images of one shape.
struct PeTable {
    torch::Tensor complement; //!< bool C x H x W, by channel of the plain image
    torch::Tensor source;     //!< int64 C x H x W: which channel comes out there
};

PeTable make_pe_table(const CipherKey& key, const ImageShape& shape, torch::Device device)
{
    HashKeystream bits(key, "pe complement"), choices(key, "pe channels");
    const std::array<int64_t, 3> sizes{ shape.channels, shape.height, shape.width };
    auto complement = torch::empty(sizes, torch::kBool);
    auto source = torch::zeros(sizes, torch::kInt64);
    auto bit = complement.accessor<bool, 3>();
    auto channel = source.accessor<int64_t, 3>();
    for (int64_t row = 0; row < shape.height; ++row)
        for (int64_t column = 0; column < shape.width; ++column) {
            for (int64_t c = 0; c < shape.channels; ++c)
                bit[c][row][column] = bits.bit();
            if (shape.channels != 3)
                continue;
            const auto& order = orders.at(static_cast<std::size_t>(
                choices.below(static_cast<int64_t>(orders.size()))));
            for (int64_t c = 0; c < 3; ++c)
                channel[c][row][column] = order[static_cast<std::size_t>(c)];
        }
    return { complement.to(device), source.to(device) };
}

//! The table of the key and shape that came last, which mostly come again.
class PeTableMemory
{
public:
    const PeTable& table_for(const CipherKey& key, const torch::Tensor& images)
    {
        const ImageShape shape{ images.size(1), images.size(2), images.size(3) };
        if (shape.channels != 1 && shape.channels != 3)
            throw ConfigError("cipher pe takes images of 1 or 3 channels");
        if (!d_table.source.defined() || d_shape != shape || d_key != key ||
            d_table.source.device() != images.device()) {
            d_table = make_pe_table(key, shape, images.device());
            d_shape = shape;
            d_key = key;
        }
        return d_table;
    }

private:
    PeTable d_table;
    ImageShape d_shape;
    CipherKey d_key{};
};

torch::Tensor complemented(const PeTable& table, const torch::Tensor& values)
{
    return torch::where(table.complement, 1 - values, values);
}

class PeEncryptor : public KeyedNet<Encryptor>
{
public:
    ProtectedImages forward(const torch::Tensor& plain, const Conditions&) override
    {
        const auto& table = d_memory.table_for(key(), plain);
        const auto source = table.source.unsqueeze(0).expand(plain.sizes());
        return { complemented(table, plain).gather(1, source) };
    }

private:
    PeTableMemory d_memory;
};

class PeDecryptor : public KeyedNet<Decryptor>
{
public:
    torch::Tensor forward(const ProtectedImages& received, const Conditions&) override
    {
        const auto& images = received.images;
        const auto& table = d_memory.table_for(key(), images);
        const auto source = table.source.unsqueeze(0).expand(images.sizes());
        return complemented(table, torch::empty_like(images).scatter_(1, source, images));
    }

private:
    PeTableMemory d_memory;
};

/*! Complement and channel order of every pixel: of the 48 that there are the one that
 *  fits the known images; exact up to pixels whose values are alike. */
torch::Tensor attack_pe(const torch::Tensor& plain,
                        const torch::Tensor& hidden,
                        const torch::Tensor& protected_image)
{
    if (hidden.sizes().slice(1) != protected_image.sizes().slice(1))
        throw ConfigError("the attack on cipher pe needs known images of the same size");
    const int64_t channels = plain.size(1);
    auto best = torch::full({ plain.size(2), plain.size(3) },
                            std::numeric_limits<float>::infinity());
    auto recovered = torch::zeros_like(protected_image);
    for (const auto& order : orders) {
        // a grey image's only channel comes first in the first order
        if (channels == 1 && &order != &orders.front())
            break;
        auto cost = torch::zeros_like(best);
        auto candidate = torch::zeros_like(protected_image);
        for (std::size_t channel = 0; channel < static_cast<std::size_t>(channels);
             ++channel) {
            const auto value = plain.select(1, order[channel]);
            const auto seen = hidden.select(1, static_cast<int64_t>(channel));
            const auto kept = (seen - value).abs().sum(0);
            const auto inverted = (seen - (1 - value)).abs().sum(0);
            const auto target = protected_image.select(1, static_cast<int64_t>(channel));
            cost += torch::minimum(kept, inverted);
            candidate.select(1, order[channel])
                .copy_(torch::where(inverted < kept, 1 - target, target));
        }
        recovered = torch::where(cost < best, candidate, recovered);
        best = torch::minimum(best, cost);
    }
    return recovered;
}

/*! Cipher `pe`, a baseline of the DJESCC paper's PeTable II: pixel-based image encryption
 *  of Sirichotedumrong, Kinoshita and Kiya (IEEE Access 7, 2019).
 *
 *  Of every pixel a keyed bit for each channel selects its complement (255 - v, here
 *  1 - v without rounding), then one of the six orders of the three channels is taken;
 *  grey images have no order. Bits and orders differ from pixel to pixel and are the same
 *  for every image of one size.
 *
 *  Configuration: none. Key: {"key": "64 hexadecimal digits"}.
 */
class PeCipher : public KeyedCipher
{
public:
    explicit PeCipher(const nlohmann::json& config)
    {
        ConfigReader reader(config, "cipher");
        reader.get<std::string>("type", "pe");
        reader.finish();
    }

    nlohmann::json config() const override { return { { "type", "pe" } }; }
    int64_t multiple() const override { return 1; }
    std::shared_ptr<Encryptor> make_encryptor() const override
    {
        return std::make_shared<PeEncryptor>();
    }
    std::shared_ptr<Decryptor> make_decryptor() const override
    {
        return std::make_shared<PeDecryptor>();
    }
    std::optional<torch::Tensor>
    known_plaintext_attack(const torch::Tensor& known_plain,
                           const torch::Tensor& known_protected,
                           const torch::Tensor& protected_image) const override
    {
        check_known_pairs(known_plain, known_protected);
        return attack_pe(known_plain, known_protected, protected_image);
    }
};

const bool pe_registered = Cipher::add("pe", [](const nlohmann::json& config) {
    return std::make_unique<PeCipher>(config);
});

} // namespace

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cipher/pe.h"

#include "cipher/keyed_net.h"
#include <array>
#include <djescc/files/config.h>
#include <djescc/image/image_shape.h>
#include <torch/utils.h>

namespace djescc {
namespace {

constexpr std::array<std::array<int64_t, 3>, 6> orders{
    { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } }
};

//! What a key does to every pixel of images of one shape.
struct Table {
    torch::Tensor complement; //!< bool C x H x W, by channel of the plain image
    torch::Tensor source;     //!< int64 C x H x W: which channel comes out there
};

Table make_table(const CipherKey& key, const ImageShape& shape, torch::Device device)
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

class PeNet : public KeyedNet
{
public:
    explicit PeNet(bool inverse) : d_inverse(inverse) {}

    torch::Tensor forward(const torch::Tensor& images) override
    {
        const ImageShape shape{ images.size(1), images.size(2), images.size(3) };
        if (shape.channels != 1 && shape.channels != 3)
            throw ConfigError("cipher pe takes images of 1 or 3 channels");
        const auto& table = table_for(shape, images.device());
        const auto flipped = [&](const torch::Tensor& values) {
            return torch::where(table.complement, 1 - values, values);
        };
        const auto source = table.source.unsqueeze(0).expand(images.sizes());
        if (!d_inverse)
            return flipped(images).gather(1, source);
        return flipped(torch::empty_like(images).scatter_(1, source, images));
    }

private:
    const Table& table_for(const ImageShape& shape, torch::Device device)
    {
        const auto present = key();
        if (!d_table.source.defined() || d_shape != shape || d_key != present ||
            d_table.source.device() != device) {
            d_table = make_table(present, shape, device);
            d_shape = shape;
            d_key = present;
        }
        return d_table;
    }

    bool d_inverse;
    Table d_table;
    ImageShape d_shape;
    CipherKey d_key{};
};

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
    std::shared_ptr<ImageTransform> make_encryptor() const override
    {
        return std::make_shared<PeNet>(/*inverse=*/false);
    }
    std::shared_ptr<ImageTransform> make_decryptor() const override
    {
        return std::make_shared<PeNet>(/*inverse=*/true);
    }
};

} // namespace

std::unique_ptr<Cipher> make_pe_cipher(const nlohmann::json& config)
{
    return std::make_unique<PeCipher>(config);
}

} // namespace djescc

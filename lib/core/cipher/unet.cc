/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cipher `unet`: its configuration, its nets, and its secret mask.

#include "cipher/unet_config.h"
#include "cipher/unet_nets.h"
#include <algorithm>
#include <djescc/cipher/cipher.h>
#include <djescc/files/config.h>

namespace djescc {

using unet_config::read_unet;
using unet_config::write_unet;

namespace {

std::optional<MaskOptions> read_mask(const nlohmann::json& config, int64_t block)
{
    if (config.is_null())
        return std::nullopt;
    MaskOptions mask;
    const int64_t pixels = 3 * block * block;
    ConfigReader reader(config, "cipher.mask");
    mask.latents = reader.get_in<int64_t>("latents", mask.latents, 1, pixels);
    mask.noise = reader.get_in<int64_t>("noise", mask.noise, 0, pixels - mask.latents);
    mask.size = reader.get_in<int64_t>("size", mask.size, 1, 1024);
    if (const auto mix = reader.child("mix"); !mix.is_null())
        mask.mix = read_unet(mix, "cipher.mask.mix");
    if (const auto unmix = reader.child("unmix"); !unmix.is_null())
        mask.unmix = read_unet(unmix, "cipher.mask.unmix");
    reader.finish();
    if (block > 4 && (mask.latents % 4 || mask.noise % 4))
        throw ConfigError(
            "cipher.mask.latents and .noise must be multiples of 4 for blocks "
            "of 8x8 pixels");
    return mask;
}

// Fair coin flips, +1 or -1.
void flip_coins(torch::Tensor& target, at::Generator generator)
{
    target.copy_(torch::randint(0, 2, target.sizes(), generator, torch::kInt8) * 2 - 1);
}

/*! Cipher `unet`: shallow U-Nets encrypt and decrypt, after the DJESCC paper's Fig. 7.
 *
 *  Without "mask" each side is a U-Net and a sigmoid, images in, images out, as there.
 *
 *  With "mask" the U-Net works on blocks (space to depth) beside a linear path, and what
 *  it finds in a block, its latents, is multiplied by secret signs that differ from block
 *  to block, before a 1x1 convolution mixes latents and secret masking noise into the
 *  block's pixels. Equal blocks of the picture so look different at every place, and
 *  the noise, which a decoder can learn to ignore, covers how strong the latents are. The
 *  decryption net undoes the mixing and the signs and has a U-Net and a linear path of
 *  its own. Signs and noise are secrets, stored in the weights of the roles that hold
 *  them (`signs`, `noise`: int8, +1 or -1, repeated over larger images); the nets are
 *  trained with ever new ones.
 *
 *  Configuration (defaults in brackets):
 *  - "space_to_depth" [1]: side of a block, 1, 2, 4 or 8 pixels
 *  - "encrypt", "decrypt": U-Nets: "widths" [64, 128, 256], "down_convolutions" [2],
 *    "up_convolutions" [2], "up_kernel" [3], "batch_normalization" [true],
 *    "max_pooling" [true], "leak" [0]
 *  - "mask" [null]: "latents" per block, "noise" channels per block, "size" in blocks
 *    after which the mask repeats [64]
 */
class UNetCipher : public Cipher
{
public:
    explicit UNetCipher(const nlohmann::json& config)
    {
        ConfigReader reader(config, "cipher");
        reader.get<std::string>("type", "unet");
        d_block = reader.get_in<int64_t>("space_to_depth", 1, 1, 8);
        if (d_block & (d_block - 1))
            throw ConfigError("cipher.space_to_depth must be 1, 2, 4 or 8");
        d_encrypt = read_unet(reader.child("encrypt"), "cipher.encrypt");
        d_decrypt = read_unet(reader.child("decrypt"), "cipher.decrypt");
        d_mask = read_mask(reader.child("mask"), d_block);
        reader.finish();
        const int64_t pixels = 3 * d_block * d_block;
        const int64_t latents = d_mask ? d_mask->latents : pixels;
        d_encrypt.in_channels = pixels;
        d_encrypt.out_channels = latents;
        d_decrypt.in_channels = latents;
        d_decrypt.out_channels = pixels;
    }

    nlohmann::json config() const override
    {
        nlohmann::json mask;
        if (d_mask) {
            mask = { { "latents", d_mask->latents },
                     { "noise", d_mask->noise },
                     { "size", d_mask->size } };
            if (d_mask->mix)
                mask["mix"] = write_unet(*d_mask->mix);
            if (d_mask->unmix)
                mask["unmix"] = write_unet(*d_mask->unmix);
        }
        return { { "type", "unet" },
                 { "space_to_depth", d_block },
                 { "encrypt", write_unet(d_encrypt) },
                 { "decrypt", write_unet(d_decrypt) },
                 { "mask", mask } };
    }

    int64_t multiple() const override
    {
        auto levels = std::max(d_encrypt.widths.size(), d_decrypt.widths.size());
        if (d_mask && d_mask->mix)
            levels = std::max(levels, d_mask->mix->widths.size());
        if (d_mask && d_mask->unmix)
            levels = std::max(levels, d_mask->unmix->widths.size());
        return d_block << (levels - 1);
    }

    int64_t block() const override { return d_block; }

    std::shared_ptr<Encryptor> make_encryptor() const override
    {
        if (d_mask)
            return std::make_shared<MaskedEncryptor>(d_encrypt, d_block, *d_mask);
        return std::make_shared<PlainUNetEncryptor>(d_encrypt, d_block);
    }

    std::shared_ptr<Decryptor> make_decryptor() const override
    {
        if (d_mask)
            return std::make_shared<MaskedDecryptor>(d_decrypt, d_block, *d_mask);
        return std::make_shared<PlainUNetDecryptor>(d_decrypt, d_block);
    }

    bool has_secrets() const override { return d_mask.has_value(); }
    bool takes_picture_keys() const override { return d_mask.has_value(); }

    void draw_secrets(Encryptor& encryptor,
                      Decryptor& decryptor,
                      at::Generator generator) const override
    {
        if (!d_mask)
            return;
        torch::NoGradGuard no_grad;
        auto& owner = dynamic_cast<MaskedEncryptor&>(encryptor);
        auto& recipient = dynamic_cast<MaskedDecryptor&>(decryptor);
        auto signs = torch::empty(owner.signs.sizes(), torch::kInt8);
        auto noise = torch::empty(owner.noise.sizes(), torch::kInt8);
        flip_coins(signs, generator);
        flip_coins(noise, generator);
        owner.signs.copy_(signs);
        owner.noise.copy_(noise);
        recipient.signs.copy_(signs);
    }

private:
    int64_t d_block = 1;
    UNetOptions d_encrypt, d_decrypt;
    std::optional<MaskOptions> d_mask;
};

const bool unet_registered = Cipher::add("unet", [](const nlohmann::json& config) {
    return std::make_unique<UNetCipher>(config);
});

} // namespace

} // namespace djescc

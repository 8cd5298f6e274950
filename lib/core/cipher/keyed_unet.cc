/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cipher `keyed-unet`: its configuration, its nets and its key.

#include "cipher/keyed_unet_nets.h"
#include "cipher/unet_config.h"
#include <algorithm>
#include <djescc/cipher/cipher.h>
#include <djescc/error.h>
#include <djescc/files/config.h>

namespace djescc::keyed_unet {
namespace {

Options read_options(const nlohmann::json& config)
{
    Options options;
    ConfigReader reader(config, "cipher");
    reader.get<std::string>("type", "keyed-unet");
    options.block = reader.get_in<int64_t>("space_to_depth", 4, 1, 8);
    if (options.block & (options.block - 1))
        throw ConfigError("cipher.space_to_depth must be 1, 2, 4 or 8");
    const int64_t pixels = 3 * options.block * options.block;
    options.latents =
        reader.get_in<int64_t>("latents", std::min<int64_t>(16, pixels), 1, pixels);
    options.noise = reader.get_in<int64_t>("noise", 0, 0, pixels - options.latents);
    options.dead = reader.get("dead", options.dead);
    options.encrypt = unet_config::read_unet(reader.child("encrypt"), "cipher.encrypt");
    options.decrypt = unet_config::read_unet(reader.child("decrypt"), "cipher.decrypt");
    if (const auto mix = reader.child("mix"); !mix.is_null())
        options.mix = unet_config::read_unet(mix, "cipher.mix");
    if (const auto unmix = reader.child("unmix"); !unmix.is_null())
        options.unmix = unet_config::read_unet(unmix, "cipher.unmix");
    reader.finish();
    if (options.block > 4 && (options.latents % 4 || options.noise % 4))
        throw ConfigError(
            "cipher.latents and .noise must be multiples of 4 for blocks "
            "of 8x8 pixels");
    std::sort(options.dead.begin(), options.dead.end());
    for (std::size_t i = 0; i < options.dead.size(); ++i)
        if (options.dead[i] < 0 || options.dead[i] >= options.latents ||
            (i > 0 && options.dead[i] == options.dead[i - 1]))
            throw ConfigError("cipher.dead must list different latents, 0 to " +
                              std::to_string(options.latents - 1));
    if (options.live().empty())
        throw ConfigError("cipher.dead must leave at least one latent");
    options.encrypt.in_channels = options.decrypt.out_channels = pixels;
    options.encrypt.out_channels = options.decrypt.in_channels = options.latents;
    return options;
}

/*! Cipher `keyed-unet`: protection that does not rest on what a net can be taught.
 *
 *  A U-Net beside a linear path turns the picture into latents for each block, as in
 *  cipher `unet`. All live latents of the picture, w, then go through a secret rotation Q
 *  over places and channels: c = Q w / g with g = |w| / sqrt(D), so the energy of c is
 *  the same for every picture. c and covering noise are mixed into the pixels. g travels
 *  enciphered among the side bytes, beside the run. The recipient computes w = g Q' c
 *  with the noise of the link, which a rotation leaves as it was.
 *
 *  If Q w is uniform on the sphere whatever w is, the protected picture, and all that any
 *  codec, channel or net makes of it, is independent of the plain one. SecretRotation
 *  says how near to that Q is. Secrets come from (key, run, number): the key file of
 *  owner and recipient, or the key that the model holds; 64 bits that are drawn for each
 *  run of a sender; the picture's number.
 *
 *  Latents are rotated in the codec's noise metric: each is scaled by "metric" before and
 *  by "spread" behind the rotation, and by "take" and "give" at the recipient, so that
 *  noise is equal in all directions. These are public, as the nets are.
 *
 *  Configuration (defaults in brackets):
 *  - "space_to_depth" [4]: side of a block, 1, 2, 4 or 8 pixels
 *  - "latents" [16] and "noise" [0]: channels of a block
 *  - "dead" [none]: latents that the codec does not pass on. They are not sent; the
 *    decryption net reads the link's noise in their places.
 *  - "encrypt", "decrypt", "mix", "unmix": U-Nets, as of cipher `unet` */
class KeyedUNetCipher : public KeyedCipher
{
public:
    explicit KeyedUNetCipher(const nlohmann::json& config)
        : d_options(read_options(config))
    {
    }

    nlohmann::json config() const override
    {
        nlohmann::json config = {
            { "type", "keyed-unet" },
            { "space_to_depth", d_options.block },
            { "latents", d_options.latents },
            { "noise", d_options.noise },
            { "dead", d_options.dead },
            { "encrypt", unet_config::write_unet(d_options.encrypt) },
            { "decrypt", unet_config::write_unet(d_options.decrypt) }
        };
        if (d_options.mix)
            config["mix"] = unet_config::write_unet(*d_options.mix);
        if (d_options.unmix)
            config["unmix"] = unet_config::write_unet(*d_options.unmix);
        return config;
    }

    int64_t multiple() const override
    {
        auto levels =
            std::max(d_options.encrypt.widths.size(), d_options.decrypt.widths.size());
        for (const auto* net : { &d_options.mix, &d_options.unmix })
            if (*net)
                levels = std::max(levels, (*net)->widths.size());
        // Rotations are of multiples of four values.
        return d_options.block << std::max<std::size_t>(levels - 1, 1);
    }

    int64_t block() const override { return d_options.block; }
    int64_t side_bytes() const override { return rotation_side_bytes; }
    bool takes_picture_keys() const override { return true; }

    std::shared_ptr<Encryptor> make_encryptor() const override
    {
        return std::make_shared<KeyedEncryptor>(d_options);
    }

    std::shared_ptr<Decryptor> make_decryptor() const override
    {
        return std::make_shared<KeyedDecryptor>(d_options);
    }

private:
    Options d_options;
};

const bool keyed_unet_registered =
    Cipher::add("keyed-unet", [](const nlohmann::json& config) {
        return std::make_unique<KeyedUNetCipher>(config);
    });

} // namespace
} // namespace djescc::keyed_unet

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cipher `medical-radio`: what of cipher `medical` can be sent.

#include "cipher/medical_radio_nets.h"
#include <djescc/cipher/cipher.h>
#include <djescc/files/config.h>

namespace djescc::medical {
namespace {

/*! Cipher `medical-radio`: encoded features fused with a key that is the picture's own,
 *  as in cipher `medical`, in a form that survives a link.
 *
 *  - The features of the last group alone are fused: they have as many values as the
 *    protected image. Noise-like keys in the larger groups before could not pass through
 *    it.
 *  - Eq. 3's sum is taken modulo 1: alpha F + K with K uniform. So the protected image is
 *    uniform and tells nothing of F, and with alpha = 1 nothing is lost by it.
 *  - Keys come from ChaCha20 under a master key and the picture's nonce, which travels as
 *    side bytes.
 *
 *  Every colour plane is protected by itself. Pictures are padded to multiples of 32
 *  pixels. The key is {"key": "64 hexadecimal digits"}, or that of a key file.
 *
 *  Configuration: "width" [8, 4 to 64]; "latents" [256]: values of a block of 16x16
 *  pixels, 32 to 256, a power of two; "deviation" [0.13, 0.05 to 0.25]: of what the
 *  keystream is added to; "least_alpha" [1, 0.2 to 1]: below 1, alpha is a function of
 *  the key, of at least this; "nonce" ["random"], or "synthetic": an HMAC of the picture,
 *  which needs no randomness, and shows when the same picture is sent again; or "fixed":
 *  one for all pictures, which hides nothing from who knows one of them, for attacks. */
class MedicalRadioCipher : public KeyedCipher
{
public:
    explicit MedicalRadioCipher(const nlohmann::json& config)
    {
        ConfigReader reader(config, "cipher");
        reader.get<std::string>("type", "medical-radio");
        d_options.width = reader.get_in<int64_t>("width", 8, 4, 64);
        d_options.latents = reader.get_in<int64_t>("latents", 256, 32, 256);
        d_options.deviation = reader.get_in("deviation", 0.13, 0.05, 0.25);
        d_options.least_alpha = reader.get_in("least_alpha", 1.0, 0.2, 1.0);
        d_options.nonce =
            modular_mask::nonce_source(reader.get<std::string>("nonce", "random"));
        reader.finish();
        if ((d_options.latents & (d_options.latents - 1)) != 0)
            throw ConfigError("cipher.latents must be 32, 64, 128 or 256");
    }

    nlohmann::json config() const override
    {
        return { { "type", "medical-radio" },
                 { "width", d_options.width },
                 { "latents", d_options.latents },
                 { "deviation", d_options.deviation },
                 { "least_alpha", d_options.least_alpha },
                 { "nonce", modular_mask::to_string(d_options.nonce) } };
    }

    int64_t multiple() const override { return 2 * RadioOptions::block; }
    int64_t block() const override { return RadioOptions::block; }
    int64_t usual_channels() const override { return 1; }
    std::string paper() const override { return "medical"; }
    int64_t side_bytes() const override { return radio_side_bytes; }
    bool takes_picture_keys() const override { return true; }

    ImageShape protected_shape(const ImageShape& plain) const override
    {
        return { plain.channels,
                 plain.height / RadioOptions::block * d_options.rows(),
                 plain.width / RadioOptions::block * d_options.columns() };
    }

    std::shared_ptr<Encryptor> make_encryptor() const override
    {
        return std::make_shared<RadioEncryptor>(d_options);
    }

    std::shared_ptr<Decryptor> make_decryptor() const override
    {
        return std::make_shared<RadioDecryptor>(d_options);
    }

    void share(Encryptor& encryptor, Decryptor& decryptor) const override
    {
        dynamic_cast<RadioDecryptor&>(decryptor).share(
            dynamic_cast<RadioEncryptor&>(encryptor));
    }

private:
    RadioOptions d_options;
};

const bool medical_radio_registered =
    Cipher::add("medical-radio", [](const nlohmann::json& config) {
        return std::make_unique<MedicalRadioCipher>(config);
    });

} // namespace
} // namespace djescc::medical

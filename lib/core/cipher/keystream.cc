/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cipher `keystream`: 8-bit levels under an ordinary stream cipher, the yardstick of
// others.

#include "cipher/keyed_net.h"
#include "cipher/known_pairs.h"
#include "cipher/modular_mask.h"
#include <algorithm>
#include <djescc/cipher/cipher.h>
#include <djescc/files/config.h>
#include <djescc/image/levels.h>

namespace djescc {
namespace {

constexpr int32_t largest_level = 255;

torch::Tensor whole_levels(const torch::Tensor& images)
{
    return to_8bit_levels(images).to(torch::kInt32);
}

torch::Tensor as_image(const torch::Tensor& levels)
{
    return levels.to(torch::kFloat32).div(largest_level);
}

//! Exclusive or of the images' levels and their keystreams; its own inverse.
torch::Tensor exclusive_or(const torch::Tensor& images,
                           const uint8_t* master,
                           const std::vector<modular_mask::Nonce>& nonces)
{
    std::vector<torch::Tensor> streams;
    for (const auto& nonce : nonces)
        streams.push_back(
            modular_mask::Keystream(master, nonce, images[0].numel(), 0).numbers);
    const auto masks =
        torch::stack(streams).bitwise_and(largest_level).view(images.sizes());
    return as_image(whole_levels(images).bitwise_xor(masks.to(images.device())));
}

class KeystreamEncryptor : public KeyedNet<Encryptor>
{
public:
    explicit KeystreamEncryptor(modular_mask::NonceSource source) : d_source(source) {}

    ProtectedImages forward(const torch::Tensor& plain,
                            const Conditions& conditions) override
    {
        const auto own = key();
        const auto* master = master_key(conditions, own);
        const auto nonces = modular_mask::draw_nonces(d_source, master, plain);
        ProtectedImages result;
        result.images = exclusive_or(plain, master, nonces);
        result.side = torch::empty(
            { plain.size(0), static_cast<int64_t>(modular_mask::nonce_size) },
            torch::kUInt8);
        for (std::size_t i = 0; i < nonces.size(); ++i)
            std::copy(nonces[i].begin(),
                      nonces[i].end(),
                      result.side[static_cast<int64_t>(i)].data_ptr<uint8_t>());
        result.side = result.side.to(plain.device());
        return result;
    }

private:
    modular_mask::NonceSource d_source;
};

class KeystreamDecryptor : public KeyedNet<Decryptor>
{
public:
    torch::Tensor forward(const ProtectedImages& images,
                          const Conditions& conditions) override
    {
        const auto own = key();
        return exclusive_or(images.images,
                            master_key(conditions, own),
                            modular_mask::nonces_in(images.side));
    }
};

/*! Cipher `keystream`: the levels of an 8-bit picture, exclusive or ChaCha20's keystream
 *  under a key and the picture's nonce, which travels as side bytes. What any stream
 *  cipher does, and the yardstick for those that are to survive a channel: it hides
 *  everything, and one wrong bit of a level is any other level.
 *
 *  Configuration: "nonce" ["random"], "synthetic" or "fixed", as of cipher
 *  `medical-radio`. Key: {"key": "64 hexadecimal digits"}, or that of a key file. */
class KeystreamCipher : public KeyedCipher
{
public:
    explicit KeystreamCipher(const nlohmann::json& config)
    {
        ConfigReader reader(config, "cipher");
        reader.get<std::string>("type", "keystream");
        d_source = modular_mask::nonce_source(reader.get<std::string>("nonce", "random"));
        reader.finish();
    }

    nlohmann::json config() const override
    {
        return { { "type", "keystream" },
                 { "nonce", modular_mask::to_string(d_source) } };
    }
    int64_t multiple() const override { return 1; }
    int64_t side_bytes() const override { return modular_mask::nonce_size; }
    bool takes_picture_keys() const override { return true; }
    std::shared_ptr<Encryptor> make_encryptor() const override
    {
        return std::make_shared<KeystreamEncryptor>(d_source);
    }
    std::shared_ptr<Decryptor> make_decryptor() const override
    {
        return std::make_shared<KeystreamDecryptor>();
    }

    //! Under one nonce a single pair gives the keystream away.
    std::optional<torch::Tensor>
    known_plaintext_attack(const torch::Tensor& known_plain,
                           const torch::Tensor& known_protected,
                           const torch::Tensor& protected_image) const override
    {
        check_known_pairs(known_plain, known_protected);
        const auto stream =
            whole_levels(known_plain[0]).bitwise_xor(whole_levels(known_protected[0]));
        return as_image(whole_levels(protected_image).bitwise_xor(stream));
    }

private:
    modular_mask::NonceSource d_source;
};

const bool keystream_registered =
    Cipher::add("keystream", [](const nlohmann::json& config) {
        return std::make_unique<KeystreamCipher>(config);
    });

} // namespace
} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cipher `none`: images pass as they are.

#include <djescc/cipher/cipher.h>
#include <djescc/files/config.h>

namespace djescc {
namespace {

class IdentityEncryptor : public Encryptor
{
public:
    ProtectedImages forward(const torch::Tensor& plain, const Conditions&) override
    {
        return { plain };
    }
};

class IdentityDecryptor : public Decryptor
{
public:
    torch::Tensor forward(const ProtectedImages& images, const Conditions&) override
    {
        return images.images;
    }
};

//! Cipher `none`: images pass unchanged, for plain DJSCC. No weights, no parameters.

class NoneCipher : public Cipher
{
public:
    explicit NoneCipher(const nlohmann::json& config)
    {
        ConfigReader reader(config, "cipher");
        reader.get<std::string>("type", "none");
        reader.finish();
    }

    nlohmann::json config() const override { return { { "type", "none" } }; }
    int64_t multiple() const override { return 1; }
    bool has_weights() const override { return false; }
    std::shared_ptr<Encryptor> make_encryptor() const override
    {
        return std::make_shared<IdentityEncryptor>();
    }
    std::shared_ptr<Decryptor> make_decryptor() const override
    {
        return std::make_shared<IdentityDecryptor>();
    }
};

const bool none_registered = Cipher::add("none", [](const nlohmann::json& config) {
    return std::make_unique<NoneCipher>(config);
});

} // namespace

} // namespace djescc

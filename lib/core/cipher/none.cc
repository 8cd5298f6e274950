/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cipher/none.h"

#include <djescc/files/config.h>

namespace djescc {
namespace {

class Identity : public ImageTransform
{
public:
    torch::Tensor forward(const torch::Tensor& images) override { return images; }
};

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
    std::shared_ptr<ImageTransform> make_encryptor() const override
    {
        return std::make_shared<Identity>();
    }
    std::shared_ptr<ImageTransform> make_decryptor() const override
    {
        return std::make_shared<Identity>();
    }
};

} // namespace

std::unique_ptr<Cipher> make_none_cipher(const nlohmann::json& config)
{
    return std::make_unique<NoneCipher>(config);
}

} // namespace djescc

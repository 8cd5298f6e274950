/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cipher/torchscript.h"

#include "net/script_module.h"
#include <djescc/files/config.h>

namespace djescc {

namespace {

constexpr int64_t max_multiple = 4096;

class ScriptTransform : public ImageTransform, public ScriptModule
{
public:
    ScriptTransform() : ScriptModule({ "images" }) {}

    torch::Tensor forward(const torch::Tensor& images) override
    {
        const torch::Tensor result = call({ images });
        check_shape("images", result, images.sizes().vec());
        return result;
    }
};

class ScriptCipher : public Cipher
{
public:
    explicit ScriptCipher(const nlohmann::json& config)
    {
        ConfigReader reader(config, "cipher");
        reader.get<std::string>("type", "torchscript");
        d_multiple = reader.get_in<int64_t>("multiple", 1, 1, max_multiple);
        reader.finish();
    }

    nlohmann::json config() const override
    {
        return { { "type", "torchscript" }, { "multiple", d_multiple } };
    }
    int64_t multiple() const override { return d_multiple; }
    std::shared_ptr<ImageTransform> make_encryptor() const override
    {
        return std::make_shared<ScriptTransform>();
    }
    std::shared_ptr<ImageTransform> make_decryptor() const override
    {
        return std::make_shared<ScriptTransform>();
    }

private:
    int64_t d_multiple;
};

} // namespace

std::unique_ptr<Cipher> make_torchscript_cipher(const nlohmann::json& config)
{
    return std::make_unique<ScriptCipher>(config);
}

} // namespace djescc

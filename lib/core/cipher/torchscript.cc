/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Cipher `torchscript`: two nets that were exported from Python.

#include "net/script_module.h"
#include <djescc/cipher/cipher.h>
#include <djescc/files/config.h>

namespace djescc {

namespace {

constexpr int64_t max_multiple = 4096;

//! Images of the same shape from a script.
template <typename Net>
torch::Tensor transformed(ScriptNet<Net>& net, const torch::Tensor& images)
{
    const torch::Tensor result = net.call({ images });
    net.check_shape("images", result, images.sizes().vec());
    return result;
}

class ScriptEncryptor : public ScriptNet<Encryptor>
{
public:
    ScriptEncryptor() : ScriptNet({ "images" }) {}

    ProtectedImages forward(const torch::Tensor& plain, const Conditions&) override
    {
        return { transformed(*this, plain) };
    }
};

class ScriptDecryptor : public ScriptNet<Decryptor>
{
public:
    ScriptDecryptor() : ScriptNet({ "images" }) {}

    torch::Tensor forward(const ProtectedImages& images, const Conditions&) override
    {
        return transformed(*this, images.images);
    }
};

/*! Cipher `torchscript`: two nets that somebody exported from Python with
 *  torch.jit.script() or torch.jit.trace(). Loading needs RuntimeOptions::allow_code.
 *
 *  Configuration: "multiple" (of heights and widths, 1 to 4096, default 1). Both modules
 *  have forward(images), N x C x H x W float32 in [0, 1] to the same shape.
 *  docs/model-format.md shows an export.
 *  \throws ConfigError
 */
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
    std::shared_ptr<Encryptor> make_encryptor() const override
    {
        return std::make_shared<ScriptEncryptor>();
    }
    std::shared_ptr<Decryptor> make_decryptor() const override
    {
        return std::make_shared<ScriptDecryptor>();
    }

private:
    int64_t d_multiple;
};

const bool torchscript_registered =
    Cipher::add("torchscript", [](const nlohmann::json& config) {
        return std::make_unique<ScriptCipher>(config);
    });

} // namespace

} // namespace djescc

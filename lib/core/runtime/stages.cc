/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "runtime/image_steps.h"
#include <c10/core/InferenceMode.h>
#include <c10/util/StringUtil.h>
#include <djescc/error.h>
#include <djescc/image/padding.h>
#include <djescc/runtime/stages.h>

namespace djescc {

namespace {

torch::Tensor snr_tensor(const std::optional<double>& snr_db,
                         int64_t count,
                         const torch::Device& device)
{
    if (!snr_db) {
        return {};
    }
    return torch::full({ count }, *snr_db, torch::dtype(torch::kFloat).device(device));
}

} // namespace

EncryptStage::EncryptStage(const std::string& model_directory,
                           const RuntimeOptions& options)
    : d_model(model_directory)
    , d_device(select_device(options.device))
    , d_net(d_model.load_encryptor(options))
{
}

EncryptStage::~EncryptStage() = default;

torch::Tensor EncryptStage::run(const torch::Tensor& images)
{
    return encrypt_images(d_model, *d_net, d_device, images);
}

ImageShape EncryptStage::output_shape(const ImageShape& plain) const
{
    return encrypted_shape(d_model, plain);
}

EncodeStage::EncodeStage(const std::string& model_directory,
                         const RuntimeOptions& options)
    : d_model(model_directory)
    , d_device(select_device(options.device))
    , d_net(d_model.load_encoder(options))
{
}

EncodeStage::~EncodeStage() = default;

torch::Tensor EncodeStage::run(const torch::Tensor& images, std::optional<double> snr_db)
{
    check_images(images);
    const c10::InferenceMode inference;
    const Codec& codec = d_model.codec();
    const torch::Tensor padded =
        pad_to_multiple(with_channels(images, codec.channels()), codec.multiple());
    return to_host(d_net->forward(padded.to(d_device),
                                  snr_tensor(snr_db, images.size(0), d_device)));
}

int64_t EncodeStage::symbol_count(const ImageShape& images) const
{
    check_shape(images);
    const Codec& codec = d_model.codec();
    return codec.symbol_count(rounded_up(images, codec.channels(), codec.multiple()));
}

DecodeStage::DecodeStage(const std::string& model_directory,
                         const RuntimeOptions& options)
    : d_model(model_directory)
    , d_device(select_device(options.device))
    , d_net(d_model.load_decoder(options))
{
}

DecodeStage::~DecodeStage() = default;

torch::Tensor DecodeStage::run(const torch::Tensor& symbols,
                               const ImageShape& shape,
                               std::optional<double> snr_db)
{
    if (!symbols.defined() || symbols.dim() != 2 || symbols.size(0) == 0 ||
        symbols.scalar_type() != torch::kComplexFloat) {
        throw ConfigError("symbols must be a non-empty N x k complex64 tensor");
    }
    const int64_t wanted = symbol_count(shape);
    if (symbols.size(1) != wanted) {
        throw ConfigError(c10::str("an image of shape ",
                                   describe(shape),
                                   " has ",
                                   wanted,
                                   " symbols under this model, but ",
                                   symbols.size(1),
                                   " were given"));
    }
    const Codec& codec = d_model.codec();
    check_channels(shape, codec.channels());
    const c10::InferenceMode inference;
    const torch::Tensor decoded =
        d_net->forward(symbols.to(d_device),
                       rounded_up(shape, codec.channels(), codec.multiple()),
                       snr_tensor(snr_db, symbols.size(0), d_device));
    return to_host(fitted(decoded, shape));
}

int64_t DecodeStage::symbol_count(const ImageShape& images) const
{
    check_shape(images);
    const Codec& codec = d_model.codec();
    return codec.symbol_count(rounded_up(images, codec.channels(), codec.multiple()));
}

DecryptStage::DecryptStage(const std::string& model_directory,
                           const RuntimeOptions& options)
    : d_model(model_directory)
    , d_device(select_device(options.device))
    , d_net(d_model.load_decryptor(options))
{
}

DecryptStage::~DecryptStage() = default;

torch::Tensor DecryptStage::run(const torch::Tensor& images, const ImageShape& plain)
{
    return decrypt_images(d_model, *d_net, d_device, images, plain);
}

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <c10/core/InferenceMode.h>
#include <c10/util/StringUtil.h>
#include <djescc/error.h>
#include <djescc/image/padding.h>
#include <djescc/runtime/stages.h>

namespace djescc {

namespace {

std::string describe(const ImageShape& shape)
{
    return c10::str(shape.channels, " x ", shape.height, " x ", shape.width);
}

void check_images(const torch::Tensor& images)
{
    if (!images.defined() || images.dim() != 4 || images.scalar_type() != torch::kFloat ||
        images.numel() == 0) {
        throw ConfigError("images must be a non-empty N x C x H x W float32 tensor");
    }
}

void check_shape(const ImageShape& shape)
{
    if (shape.channels < 1 || shape.height < 1 || shape.width < 1) {
        throw ConfigError("no image has the shape " + describe(shape));
    }
}

ImageShape shape_of(const torch::Tensor& images)
{
    return { images.size(1), images.size(2), images.size(3) };
}

ImageShape rounded_up(const ImageShape& shape, int64_t channels, int64_t multiple)
{
    return { channels,
             round_up(shape.height, multiple),
             round_up(shape.width, multiple) };
}

//! Channels of the plain images: those whose protected images suit the codec.
int64_t plain_channels(const Model& model)
{
    const int64_t wanted = model.codec().channels();
    const int64_t size = model.multiple();
    for (const int64_t channels : { wanted, int64_t{ 3 }, int64_t{ 1 } }) {
        const ImageShape plain{ channels, size, size };
        if (model.cipher().protected_shape(plain).channels == wanted) {
            return channels;
        }
    }
    throw ModelError(model.directory() +
                     " has a cipher whose images do not suit its codec's channels");
}

void check_channels(const ImageShape& shape, int64_t wanted)
{
    if (shape.channels != wanted && shape.channels != 1) {
        throw ConfigError(c10::str("the model takes images of ",
                                   wanted,
                                   " channels, but these have ",
                                   shape.channels));
    }
}

//! Grey images become as many equal channels as the net takes.
torch::Tensor with_channels(const torch::Tensor& images, int64_t wanted)
{
    check_channels(shape_of(images), wanted);
    return images.size(1) == wanted ? images : images.expand({ -1, wanted, -1, -1 });
}

//! Cut to the wanted size; one channel is the mean of all.
torch::Tensor fitted(const torch::Tensor& images, const ImageShape& wanted)
{
    const torch::Tensor cut = crop(images, wanted.height, wanted.width);
    return wanted.channels == cut.size(1) ? cut : cut.mean(/*dim=*/1, /*keepdim=*/true);
}

torch::Tensor to_host(const torch::Tensor& tensor)
{
    return tensor.to(torch::kCPU).contiguous();
}

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
    check_images(images);
    const c10::InferenceMode inference;
    const torch::Tensor plain = with_channels(images, plain_channels(d_model));
    return to_host(
        d_net->forward(pad_to_multiple(plain, d_model.multiple()).to(d_device)));
}

ImageShape EncryptStage::output_shape(const ImageShape& plain) const
{
    check_shape(plain);
    const int64_t channels = plain_channels(d_model);
    check_channels(plain, channels);
    return d_model.cipher().protected_shape(
        rounded_up(plain, channels, d_model.multiple()));
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
    check_images(images);
    check_shape(plain);
    const int64_t channels = plain_channels(d_model);
    check_channels(plain, channels);
    const ImageShape wanted =
        d_model.cipher().protected_shape(rounded_up(plain, channels, d_model.multiple()));
    if (shape_of(images) != wanted) {
        throw ConfigError("a plain image of shape " + describe(plain) +
                          " has a protected image of shape " + describe(wanted) +
                          ", but one of shape " + describe(shape_of(images)) +
                          " was given");
    }
    const c10::InferenceMode inference;
    return to_host(fitted(d_net->forward(images.to(d_device)), plain));
}

} // namespace djescc

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

namespace djescc {

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

namespace {

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

} // namespace

void check_channels(const ImageShape& shape, int64_t wanted)
{
    if (shape.channels != wanted && shape.channels != 1) {
        throw ConfigError(c10::str("the model takes images of ",
                                   wanted,
                                   " channels, but these have ",
                                   shape.channels));
    }
}

torch::Tensor with_channels(const torch::Tensor& images, int64_t wanted)
{
    check_channels(shape_of(images), wanted);
    return images.size(1) == wanted ? images : images.expand({ -1, wanted, -1, -1 });
}

torch::Tensor fitted(const torch::Tensor& images, const ImageShape& wanted)
{
    const torch::Tensor cut = crop(images, wanted.height, wanted.width);
    return wanted.channels == cut.size(1) ? cut : cut.mean(/*dim=*/1, /*keepdim=*/true);
}

torch::Tensor to_host(const torch::Tensor& tensor)
{
    return tensor.to(torch::kCPU).contiguous();
}

torch::Tensor encrypt_images(const Model& model,
                             ImageTransform& net,
                             const torch::Device& device,
                             const torch::Tensor& images)
{
    check_images(images);
    const c10::InferenceMode inference;
    const torch::Tensor plain = with_channels(images, plain_channels(model));
    return to_host(net.forward(pad_to_multiple(plain, model.multiple()).to(device)));
}

ImageShape encrypted_shape(const Model& model, const ImageShape& plain)
{
    return model.cipher().protected_shape(padded_shape(model, plain));
}

ImageShape padded_shape(const Model& model, const ImageShape& plain)
{
    check_shape(plain);
    const int64_t channels = plain_channels(model);
    check_channels(plain, channels);
    return rounded_up(plain, channels, model.multiple());
}

void check_encrypted(const Model& model,
                     const torch::Tensor& images,
                     const ImageShape& plain)
{
    check_images(images);
    const ImageShape wanted = encrypted_shape(model, plain);
    if (shape_of(images) != wanted) {
        throw ConfigError("a plain image of shape " + describe(plain) +
                          " has a protected image of shape " + describe(wanted) +
                          ", but one of shape " + describe(shape_of(images)) +
                          " was given");
    }
}

torch::Tensor decrypt_images(const Model& model,
                             ImageTransform& net,
                             const torch::Device& device,
                             const torch::Tensor& images,
                             const ImageShape& plain)
{
    check_encrypted(model, images, plain);
    const c10::InferenceMode inference;
    return to_host(fitted(net.forward(images.to(device)), plain));
}

} // namespace djescc

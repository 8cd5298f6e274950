/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Checks, pads, crops and describes images on their way to and from a net.

#include "runtime/image_fitting.h"

#include <c10/util/StringUtil.h>
#include <djescc/error.h>
#include <djescc/image/padding.h>
#include <numeric>

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

void check_channels(const ImageShape& shape, int64_t wanted)
{
    if (shape.channels != wanted && shape.channels != 1) {
        throw ConfigError(c10::str("the model takes images of ",
                                   wanted,
                                   " channels, but these have ",
                                   shape.channels));
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

int64_t common_multiple(const Cipher& cipher, const Codec* codec)
{
    return codec == nullptr ? cipher.multiple()
                            : std::lcm(cipher.multiple(), codec->multiple());
}

namespace {

int64_t plain_channels(const Cipher& cipher, const Codec& codec)
{
    const int64_t wanted = codec.channels();
    const int64_t size = common_multiple(cipher, &codec);
    for (const int64_t channels : { wanted, int64_t{ 3 }, int64_t{ 1 } }) {
        if (cipher.protected_shape({ channels, size, size }).channels == wanted) {
            return channels;
        }
    }
    throw ModelError("cipher " + cipher.type() +
                     " makes images that do not suit the channels of codec " +
                     codec.type());
}

} // namespace

ImageShape padded_shape(const Cipher& cipher, const Codec* codec, const ImageShape& plain)
{
    check_shape(plain);
    const int64_t channels =
        codec == nullptr ? plain.channels : plain_channels(cipher, *codec);
    check_channels(plain, channels);
    return rounded_up(plain, channels, common_multiple(cipher, codec));
}

ImageShape
encrypted_shape(const Cipher& cipher, const Codec* codec, const ImageShape& plain)
{
    return cipher.protected_shape(padded_shape(cipher, codec, plain));
}

} // namespace djescc

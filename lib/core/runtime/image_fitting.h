/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Brings images to the channels and the size that a net takes, and back. */
#pragma once

#include <djescc/cipher/cipher.h>
#include <djescc/codec/codec.h>
#include <string>

namespace djescc {

//! "3 x 32 x 48", for errors.
std::string describe(const ImageShape& shape);
//! \throws ConfigError unless they are a non-empty N x C x H x W float32 tensor
void check_images(const torch::Tensor& images);
//! \throws ConfigError unless it is the shape of an image
void check_shape(const ImageShape& shape);
//! \throws ConfigError unless the shape has \p wanted channels or one
void check_channels(const ImageShape& shape, int64_t wanted);

ImageShape shape_of(const torch::Tensor& images);
ImageShape rounded_up(const ImageShape& shape, int64_t channels, int64_t multiple);

//! Grey images become as many equal channels as the net takes.
torch::Tensor with_channels(const torch::Tensor& images, int64_t wanted);
//! Cut to the wanted size; one channel is the mean of all.
torch::Tensor fitted(const torch::Tensor& images, const ImageShape& wanted);

/*! Least common multiple of what cipher and codec need of heights and widths.
 *  \param codec  null for a cipher alone */
int64_t common_multiple(const Cipher& cipher, const Codec* codec);
/*! Shape that a plain image is brought to before its net: the channels are those whose
 *  protected images suit the codec, any for a cipher alone.
 *  \throws ConfigError; ModelError where cipher and codec do not suit each other */
ImageShape
padded_shape(const Cipher& cipher, const Codec* codec, const ImageShape& plain);
//! Shape of the protected image of a plain one.
//! \throws as padded_shape()
ImageShape
encrypted_shape(const Cipher& cipher, const Codec* codec, const ImageShape& plain);

} // namespace djescc

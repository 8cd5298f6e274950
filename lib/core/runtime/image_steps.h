/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/model/model.h>
#include <string>

namespace djescc {

/*! \file
 *  What the stages do around their nets (djescc/runtime/stages.h): checks, channels,
 *  padding, cropping, devices. */

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
torch::Tensor to_host(const torch::Tensor& tensor);

//! Shape that a plain image is brought to before its net.
//! \throws ConfigError
ImageShape padded_shape(const Model& model, const ImageShape& plain);
//! Shape of the protected image of a plain one.
//! \throws ConfigError
ImageShape encrypted_shape(const Model& model, const ImageShape& plain);
//! \throws ConfigError unless \p images are protected images of the shape \p plain
void check_encrypted(const Model& model,
                     const torch::Tensor& images,
                     const ImageShape& plain);

//! EncryptStage::run()
torch::Tensor encrypt_images(const Model& model,
                             ImageTransform& net,
                             const torch::Device& device,
                             const torch::Tensor& images);
//! DecryptStage::run()
torch::Tensor decrypt_images(const Model& model,
                             ImageTransform& net,
                             const torch::Device& device,
                             const torch::Tensor& images,
                             const ImageShape& plain);

} // namespace djescc

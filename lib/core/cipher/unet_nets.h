/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "cipher/frame_masks.h"
#include "net/unet.h"
#include <djescc/net/role_net.h>
#include <optional>
#include <torch/nn/modules/conv.h>

namespace djescc {

//! The secret mask of cipher `unet`.
struct MaskOptions {
    int64_t latents = 16; //!< per block
    int64_t noise = 16;   //!< channels of masking noise per block
    int64_t size = 64;    //!< in blocks, after which the mask repeats
    //! Nets that refine what is mixed into a block's pixels, and what is read out of
    //! them; none: mixing is linear.
    std::optional<UNetOptions> mix{}, unmix{};
};

//! One side of cipher `unet` without a mask: a U-Net on blocks, then a sigmoid.
class PlainUNetTransform : public ImageTransform
{
public:
    PlainUNetTransform(const UNetOptions& options, int64_t block);
    torch::Tensor forward(const torch::Tensor& images) override;

private:
    int64_t d_block;
    UNet d_unet{ nullptr };
};

//! The owner's side of cipher `unet` with a mask.
class MaskedEncryptor : public ImageTransform, public FrameMasks
{
public:
    MaskedEncryptor(const UNetOptions& options, int64_t block, const MaskOptions& mask);
    torch::Tensor forward(const torch::Tensor& images) override;
    void draw_frame_masks(const ImageShape& plain,
                          const FrameSecrets& secrets,
                          const std::vector<uint64_t>& counters) override;

    /*! The same with masks drawn elsewhere: int8, images x channels x height x width in
     *  blocks. */
    void set_frame_masks(const torch::Tensor& frame_signs,
                         const torch::Tensor& frame_noise);

    torch::Tensor signs; //!< int8, 1 x latents x size x size
    torch::Tensor noise; //!< int8, 1 x noise x size x size

    int64_t block() const { return d_block; } //!< side in pixels

private:
    int64_t d_block;
    UNet d_unet{ nullptr }, d_mix_unet{ nullptr };
    torch::nn::Conv2d d_linear{ nullptr }, d_mix{ nullptr };
    torch::Tensor d_frame_signs, d_frame_noise; // undefined: none for the next forward()
};

//! The recipient's side of cipher `unet` with a mask.
class MaskedDecryptor : public ImageTransform, public FrameMasks
{
public:
    MaskedDecryptor(const UNetOptions& options, int64_t block, const MaskOptions& mask);
    torch::Tensor forward(const torch::Tensor& images) override;
    void draw_frame_masks(const ImageShape& plain,
                          const FrameSecrets& secrets,
                          const std::vector<uint64_t>& counters) override;

    void set_frame_masks(const torch::Tensor& frame_signs);

    torch::Tensor signs; //!< as the encryptor's

private:
    int64_t d_block;
    UNet d_unet{ nullptr }, d_unmix_unet{ nullptr };
    torch::nn::Conv2d d_linear{ nullptr }, d_unmix{ nullptr };
    torch::Tensor d_frame_signs; // as the encryptor's
};

/*! Is this a tensor, by its name in an encryptor or decryptor, of a part that starts as
 *  nothing, so that nets without it are the same at the start? Residual blocks, and the
 *  nets that refine the mixing. */
bool starts_as_nothing(const std::string& tensor_name);

/*! Masks of their own for each of the images that the nets take next, so that a batch
 *  shows training as many masks as images. Nothing for nets without masks.
 *  \param plain  size of the images, multiples of the nets' blocks */
void draw_image_masks(ImageTransform& encryptor,
                      ImageTransform& decryptor,
                      int64_t images,
                      const ImageShape& plain,
                      at::Generator generator);

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/model/model.h>
#include <optional>

namespace djescc {

/*! \file
 *  The four steps of the chain as a block or a program runs them: a role's net, loaded
 *  from a model's directory, with inference mode, threads, device transfers, padding and
 *  cropping taken care of. Inputs and outputs are CPU tensors. Objects are not thread
 *  safe; construct anywhere, but call prepare_thread() in the thread that calls run().
 *
 *  Images whose size is not a multiple of Model::multiple() are padded by repeating the
 *  edge at the right and the bottom. The protected image keeps the padding (it carries
 *  the picture's last pixels); DecryptStage crops to the plain shape.
 */

//! Owner: plain images to protected images.
class EncryptStage
{
public:
    EncryptStage(const std::string& model_directory, const RuntimeOptions& options = {});
    ~EncryptStage();
    /*! \param images  N x C x H x W float32 in [0, 1]; one channel is repeated to three
     *                 where the model needs three
     *  \return N x C' x H' x W' float32 with H', W' multiples of Model::multiple() */
    torch::Tensor run(const torch::Tensor& images);
    //! Shape of run()'s images for plain images of shape \p plain.
    ImageShape output_shape(const ImageShape& plain) const;
    const Model& model() const { return d_model; }

private:
    Model d_model;
    torch::Device d_device;
    std::shared_ptr<ImageTransform> d_net;
};

//! Provider, transmit side: (protected) images to symbols of average power 1.
class EncodeStage
{
public:
    EncodeStage(const std::string& model_directory, const RuntimeOptions& options = {});
    ~EncodeStage();
    /*! \param images  N x C x H x W float32 in [0, 1], padded here where needed
     *  \param snr_db  what the channel is expected to be, for codecs that adapt
     *  \return N x k complex64 */
    torch::Tensor run(const torch::Tensor& images, std::optional<double> snr_db = {});
    //! k for images of shape \p images, padding included.
    int64_t symbol_count(const ImageShape& images) const;
    const Model& model() const { return d_model; }

private:
    Model d_model;
    torch::Device d_device;
    std::shared_ptr<SymbolEncoder> d_net;
};

//! Provider, receive side: noisy symbols to (protected) images.
class DecodeStage
{
public:
    DecodeStage(const std::string& model_directory, const RuntimeOptions& options = {});
    ~DecodeStage();
    /*! \param symbols  N x k complex64
     *  \param shape    shape of the images that EncodeStage::run() was given
     *  \return N x C x H x W float32 of that shape
     *  \throws ConfigError where k is not symbol_count(shape) */
    torch::Tensor run(const torch::Tensor& symbols,
                      const ImageShape& shape,
                      std::optional<double> snr_db = {});
    int64_t symbol_count(const ImageShape& images) const;
    const Model& model() const { return d_model; }

private:
    Model d_model;
    torch::Device d_device;
    std::shared_ptr<SymbolDecoder> d_net;
};

//! Recipient: protected images to plain images.
class DecryptStage
{
public:
    DecryptStage(const std::string& model_directory, const RuntimeOptions& options = {});
    ~DecryptStage();
    /*! \param images  N x C' x H' x W' as DecodeStage gives them
     *  \param plain   shape to crop to; one channel asks for the mean of the three */
    torch::Tensor run(const torch::Tensor& images, const ImageShape& plain);
    const Model& model() const { return d_model; }

private:
    Model d_model;
    torch::Device d_device;
    std::shared_ptr<ImageTransform> d_net;
};

} // namespace djescc

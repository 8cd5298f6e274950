/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The nets of the four roles as the rest of the library sees them: one forward() each,
 *  and one way to load and to save them. */
#pragma once

#include <djescc/export.h>
#include <djescc/image/image_shape.h>
#include <djescc/net/conditions.h>
#include <map>
#include <string>
#include <torch/nn/module.h>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

/*! What the four roles' nets have in common: a weights file. Most nets keep the default,
 *  safetensors of every parameter and buffer by its dotted name. */
class RoleNet : public torch::nn::Module
{
public:
    using torch::nn::Module::Module;

    /*! Fill the net from the bytes of its weights file, whose hash has been checked.
     *  \param origin  names the file in errors
     *  \param role    that the file must be of, where it says of which it is
     *  \param device  for nets that are code; others stay where they are
     *  \throws ModelError where the bytes are no such file, or one of another net */
    virtual void load_weights(const std::string& bytes,
                              const std::string& origin,
                              const std::string& role,
                              torch::Device device);

    /*! The bytes of a weights file.
     *  \param metadata  names the model and the role for who looks into the file */
    virtual std::string
    save_weights(const std::map<std::string, std::string>& metadata) const;

    /*! Is a weights file of this net a program (TorchScript)? Then it is loaded only with
     *  RuntimeOptions::allow_code, and its name ends in ".pt" instead of ".safetensors".
     */
    virtual bool is_code() const { return false; }

    /*! Is this tensor, by its dotted name, of a part that starts as nothing, so that nets
     *  without the part are the same at the start? For configurations with "grow". */
    virtual bool starts_as_nothing(const std::string& tensor_name) const;

protected:
    /*! Check values beyond names, shapes and types; called once they are loaded.
     *  \throws ModelError that begins with \p origin */
    virtual void check_weights(const std::string& origin) const;
};

/*! What the owner holds: plain images to protected ones.
 *  \p plain is N x C x H x W float32 in [0, 1], H and W multiples of Cipher::multiple().
 *  The result's C, H, W may differ from them (Cipher::protected_shape). */
class Encryptor : public RoleNet
{
public:
    using RoleNet::RoleNet;
    virtual ProtectedImages forward(const torch::Tensor& plain,
                                    const Conditions& conditions) = 0;
};

/*! What the recipient holds: (noisy) protected images back to plain ones, N x C x H x W
 *  float32 in [0, 1]. */
class Decryptor : public RoleNet
{
public:
    using RoleNet::RoleNet;
    virtual torch::Tensor forward(const ProtectedImages& images,
                                  const Conditions& conditions) = 0;
};

/*! What the provider's transmit side holds: images, N x C x H x W float32 in [0, 1], to
 *  symbols of average power 1 per image. Each row's number of symbols is one of
 *  Codec::symbol_counts(). */
class SymbolEncoder : public RoleNet
{
public:
    using RoleNet::RoleNet;
    virtual SymbolBatch forward(const torch::Tensor& images,
                                const Conditions& conditions) = 0;
};

/*! What the provider's receive side holds: noisy symbols and the shape of the images that
 *  were encoded, back to images of that shape, N x C x H x W float32 in [0, 1]. */
class SymbolDecoder : public RoleNet
{
public:
    using RoleNet::RoleNet;
    virtual DecodedImages forward(const SymbolBatch& symbols,
                                  const ImageShape& shape,
                                  const Conditions& conditions) = 0;
};

} // namespace djescc

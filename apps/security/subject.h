/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "security/security.h"
#include <djescc/cipher/cipher.h>
#include <djescc/image/image_io.h>
#include <djescc/net/role_net.h>
#include <memory>
#include <string>

//! The cipher under test with its key, and the pictures in the form that it takes.
class SecuritySubject
{
public:
    explicit SecuritySubject(const SecurityOptions& options);

    const djescc::Cipher& cipher() const { return *d_cipher; }

    //! N x C x H x W to the cipher's images and back, on the CPU.
    torch::Tensor encrypt(const torch::Tensor& images);
    torch::Tensor decrypt(const torch::Tensor& protected_images);
    //! What a model's provider decodes, where SecurityOptions::snr_db asks for it; else
    //! undefined. The same call gives the same noise.
    torch::Tensor decoded(const torch::Tensor& protected_images);
    //! With the key changed as Cipher::key_changes() says.
    torch::Tensor encrypt_with_changed_key(const torch::Tensor& images,
                                           std::size_t change);
    torch::Tensor decrypt_with_changed_key(const torch::Tensor& protected_images,
                                           std::size_t change);

    //! The centre square of a picture file, scaled; 1 x C x size x size.
    torch::Tensor prepared(const std::string& file) const;
    //! All whole tiles of the pictures that \p input means; N x C x size x size.
    torch::Tensor tiles(const std::string& input) const;

private:
    torch::Tensor run(djescc::ImageTransform& net, const torch::Tensor& images) const;

    std::unique_ptr<djescc::Cipher> d_cipher;
    std::shared_ptr<djescc::ImageTransform> d_encryptor, d_decryptor;
    std::shared_ptr<djescc::SymbolEncoder> d_encoder;
    std::shared_ptr<djescc::SymbolDecoder> d_decoder;
    std::optional<double> d_snr_db;
    uint64_t d_seed;
    torch::Device d_device;
    int64_t d_size, d_channels;
};

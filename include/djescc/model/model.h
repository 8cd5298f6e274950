/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/cipher/cipher.h>
#include <djescc/codec/codec.h>
#include <djescc/model/manifest.h>
#include <djescc/net/device.h>
#include <djescc/net/role_net.h>
#include <memory>
#include <string>

namespace djescc {

/*! A model on disk: a directory with model.json and a weights file per role.
 *
 *  Opening reads and checks model.json alone. Each load_* reads the one file that the
 *  role needs, checks its SHA-256, the tensors' names, shapes and dtypes, and returns
 *  the net in evaluation mode on the wanted device.
 */
class Model
{
public:
    /*! \param directory  path of the model's directory
     *  \throws ModelError that names the file and the mend. */
    explicit Model(const std::string& directory);

    const std::string& directory() const { return d_directory; }
    const Manifest& manifest() const { return d_manifest; }
    const Cipher& cipher() const { return *d_cipher; }
    const Codec& codec() const { return *d_codec; }
    Fingerprint fingerprint() const { return d_manifest.fingerprint(); }

    //! Least common multiple of what cipher and codec need of heights and widths.
    int64_t multiple() const;

    //! True where this directory holds the role's file (or the role needs none).
    bool has_role(Role role) const;

    /*! \throws ModelError for a missing, truncated, swapped or tampered file; DeviceError
     *          for an unknown device. */
    std::shared_ptr<ImageTransform> load_encryptor(const RuntimeOptions& options) const;
    std::shared_ptr<SymbolEncoder> load_encoder(const RuntimeOptions& options) const;
    std::shared_ptr<SymbolDecoder> load_decoder(const RuntimeOptions& options) const;
    std::shared_ptr<ImageTransform> load_decryptor(const RuntimeOptions& options) const;

    //! Check every file that is present.
    //! \throws ModelError for the first that is wrong.
    void verify() const;

private:
    void
    load_weights(torch::nn::Module& net, Role role, const RuntimeOptions& options) const;

    std::string d_directory;
    Manifest d_manifest;
    std::unique_ptr<Cipher> d_cipher;
    std::unique_ptr<Codec> d_codec;
};

/*! The four nets of a model in memory, as the trainer holds them. */
struct ModelNets {
    std::shared_ptr<ImageTransform> encryptor;
    std::shared_ptr<SymbolEncoder> encoder;
    std::shared_ptr<SymbolDecoder> decoder;
    std::shared_ptr<ImageTransform> decryptor;
};

/*! Fresh nets of a cipher and a codec, initialised with torch's default generator, and
 *  with secrets drawn from \p secrets. Defined in lib/core/train. */
ModelNets create_nets(const Cipher& cipher, const Codec& codec, at::Generator secrets);

/*! Write a model directory: the weights files, then model.json with their hashes filled
 *  in. The directory is created.
 *  \throws ModelError when it cannot be written. */
void save_model(const std::string& directory, Manifest manifest, const ModelNets& nets);

/*! Copy what one role needs (model.json and one file) into \p destination.
 *  \throws ModelError when a file is missing, wrong, or cannot be written. */
void split_model(const Model& model, Role role, const std::string& destination);

} // namespace djescc

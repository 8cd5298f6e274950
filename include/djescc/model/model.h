/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A model on disk: opening, checking, loading, saving, and splitting by role. */
#pragma once

#include <djescc/cipher/cipher.h>
#include <djescc/codec/codec.h>
#include <djescc/export.h>
#include <djescc/model/manifest.h>
#include <djescc/model/model_nets.h>
#include <djescc/net/device.h>
#include <djescc/net/role_net.h>
#include <memory>
#include <string>

namespace DJESCC_EXPORT djescc {

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
    //! For those who outlive the model.
    std::shared_ptr<const Cipher> shared_cipher() const { return d_cipher; }
    std::shared_ptr<const Codec> shared_codec() const { return d_codec; }
    Fingerprint fingerprint() const { return d_manifest.fingerprint(); }

    //! Least common multiple of what cipher and codec need of heights and widths.
    int64_t multiple() const;

    //! True where this directory holds the role's file (or the role needs none).
    bool has_role(Role role) const;

    /*! \throws ModelError for a missing, truncated, swapped or tampered file; DeviceError
     *          for an unknown device. */
    std::shared_ptr<Encryptor> load_encryptor(const RuntimeOptions& options) const;
    std::shared_ptr<SymbolEncoder> load_encoder(const RuntimeOptions& options) const;
    std::shared_ptr<SymbolDecoder> load_decoder(const RuntimeOptions& options) const;
    std::shared_ptr<Decryptor> load_decryptor(const RuntimeOptions& options) const;
    //! The same by the role's name.
    std::shared_ptr<RoleNet> load(Role role, const RuntimeOptions& options) const;

    //! Check every file that is present.
    //! \throws ModelError for the first that is wrong.
    void verify() const;

private:
    template <typename Net>
    std::shared_ptr<Net>
    loaded(std::shared_ptr<Net> net, Role role, const RuntimeOptions& options) const;

    std::string d_directory;
    Manifest d_manifest;
    std::shared_ptr<const Cipher> d_cipher;
    std::shared_ptr<const Codec> d_codec;
};

/*! Write a model directory: the weights files, then model.json with their hashes filled
 *  in. The directory is created.
 *  \throws ModelError when it cannot be written. */
void save_model(const std::string& directory, Manifest manifest, const ModelNets& nets);

/*! Copy what one role needs (model.json and one file) into \p destination.
 *  \throws ModelError when a file is missing, wrong, or cannot be written. */
void split_model(const Model& model, Role role, const std::string& destination);

} // namespace djescc

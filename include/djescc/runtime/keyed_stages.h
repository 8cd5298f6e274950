/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <cstdint>
#include <djescc/net/device.h>
#include <djescc/net/role_net.h>
#include <memory>
#include <string>
#include <vector>

namespace djescc {

/*! \file
 *  The owner's and the recipient's step with a picture key, which those two share and the
 *  provider does not have (docs/security.md):
 *
 *  | model | keyring | key file | what protects a picture                              |
 *  |-------|---------|----------|------------------------------------------------------|
 *  | given |         |          | the model, as EncryptStage and DecryptStage          |
 *  | given |         | given    | the model, under a mask that the key changes frame   |
 *  |       |         |          | by frame                                             |
 *  |       | given   | given    | the member of the keyring that the key chooses for   |
 *  |       |         |          | the frame, and where the keyring says so such a mask |
 *
 *  Both ends number their frames alike (`counters`). A wrong key is noticed nowhere: the
 *  same work is done, and a picture comes out that shows nothing.
 *
 *  A key file must be private to its owner (SecretKey::read). Threads as in stages.h. */

class KeyedNets;

//! Where the nets come from and what key they work under.
struct KeyedModels {
    std::string model;    //!< directory of a model; empty with a keyring
    std::string keyring;  //!< directory of a keyring; empty for none
    std::string key_file; //!< made by djescc keygen; empty for none
};

//! Owner: plain images to protected images.
class KeyedEncryptStage
{
public:
    /*! \throws ConfigError for a combination that is not in the table above, a key file
     *          that cannot be used, a key without a keyring for a cipher whose masks a
     *          key cannot change, or a build without libsodium
     *  \throws ModelError for a keyring or a model that is missing or damaged */
    explicit KeyedEncryptStage(const KeyedModels& models,
                               const RuntimeOptions& options = {});
    ~KeyedEncryptStage();
    /*! As EncryptStage::run().
     *  \param counters  of the N images; only their low 32 bits count (frame_counter) */
    torch::Tensor run(const torch::Tensor& images, const std::vector<uint64_t>& counters);
    //! Shape of run()'s images for plain images of shape \p plain.
    ImageShape output_shape(const ImageShape& plain) const;

private:
    torch::Device d_device;
    std::unique_ptr<KeyedNets> d_nets;
};

//! Recipient: protected images to plain images.
class KeyedDecryptStage
{
public:
    //! As KeyedEncryptStage.
    explicit KeyedDecryptStage(const KeyedModels& models,
                               const RuntimeOptions& options = {});
    ~KeyedDecryptStage();
    //! As DecryptStage::run(), with the counters of KeyedEncryptStage::run().
    torch::Tensor run(const torch::Tensor& images,
                      const ImageShape& plain,
                      const std::vector<uint64_t>& counters);

private:
    torch::Device d_device;
    std::unique_ptr<KeyedNets> d_nets;
};

/*! The counter of the frame with this number. The burst header has 32 bits for it, and
 *  the owner does not know whether the frame will go through a radio, so the rest never
 *  counts. */
inline uint64_t frame_counter(int64_t id) { return static_cast<uint32_t>(id); }

} // namespace djescc

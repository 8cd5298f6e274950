/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Keyrings: several models around one codec, of which a key chooses one for each
 *  frame. */
#pragma once

#include <cstddef>
#include <djescc/export.h>
#include <djescc/model/model.h>
#include <string>
#include <vector>

namespace DJESCC_EXPORT djescc {

/*! Several models around one codec, of which a key chooses one for every frame
 *  (FrameSecrets). The provider runs the codec and need not know which.
 *
 *  A directory: keyring.json, the model directory `codec` with the provider's files, and
 *  one model directory for each member with the owner's and the recipient's files.
 *  docs/model-format.md is the specification. Opening reads and checks keyring.json and
 *  every model.json; weights files are checked as they are loaded (Model). */
class Keyring
{
public:
    static constexpr int format_version = 1;
    static constexpr std::size_t max_members = 256;

    /*! \throws ModelError that names the file and the mend: no keyring, a member that is
     *          missing or another one than keyring.json says, two equal members, members
     *          whose encoder or decoder weights differ from the codec's, or whose nets
     *          are of another architecture (they would take another time) */
    explicit Keyring(const std::string& directory);

    const std::string& directory() const { return d_directory; }
    //! Directory of the model that the provider runs, and whose fingerprint frames carry.
    std::string codec_directory() const { return d_codec->directory(); }
    const Model& codec() const { return *d_codec; }
    std::size_t size() const { return d_members.size(); }
    const Model& member(std::size_t index) const { return *d_members.at(index); }
    //! Whether the key changes the members' masks from frame to frame, too.
    bool frame_masks() const { return d_frame_masks; }
    /*! First 8 bytes of the SHA-256 of what keyring.json says, white space and order of
     *  keys apart. Both ends can compare it aloud; it never travels with a frame. */
    Fingerprint fingerprint() const { return d_fingerprint; }

private:
    std::string d_directory;
    std::unique_ptr<Model> d_codec;
    std::vector<std::unique_ptr<Model>> d_members;
    bool d_frame_masks = false;
    Fingerprint d_fingerprint{};
};

//! What the members of a new keyring do with their masks.
enum class MaskChoice {
    where_possible, //!< changed from frame to frame where the cipher can
    never,          //!< the members' own alone
};

/*! Write a keyring of models that were trained around one codec.
 *
 *  \param models       at least two directories, each with the roles `encrypt` and
 *                      `decrypt`; `codec` gets the provider's files of the first one
 *  \param destination  without a keyring.json so far
 *  \throws ModelError where the result would not be a keyring (see Keyring), and for a
 *          missing, damaged or unwritable file
 *  \throws ConfigError for fewer than two or more than Keyring::max_members models */
void create_keyring(const std::vector<std::string>& models,
                    const std::string& destination,
                    MaskChoice masks = MaskChoice::where_possible);

/*! Write a keyring of \p count copies of a model, each with secrets of its own from the
 *  operating system's randomness (rekey_model).
 *  \throws ConfigError also for a cipher without secrets */
void create_keyring(const Model& model,
                    std::size_t count,
                    const std::string& destination,
                    MaskChoice masks = MaskChoice::where_possible);

/*! Copy what the owner (role `encrypt`) or the recipient (`decrypt`) needs: keyring.json,
 *  every model.json, and the role's file of every member. Once more with the other role
 *  and the same destination adds that role. What the provider needs is a model, `codec`:
 *  split_model() does it.
 *  \throws ConfigError for a role of the provider
 *  \throws ModelError as split_model, and where \p destination holds another keyring */
void split_keyring(const Keyring& keyring, Role role, const std::string& destination);

} // namespace djescc

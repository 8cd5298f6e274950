/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The manifest of a model, model.json, and the fingerprint that follows from it. */
#pragma once

#include <array>
#include <cstdint>
#include <djescc/export.h>
#include <djescc/image/frame_facts.h>
#include <djescc/net/role.h>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace DJESCC_EXPORT djescc {

//! 16 lower-case hexadecimal digits.
std::string to_string(const Fingerprint& fingerprint);

/*! The contents of model.json. docs/model-format.md is the specification. */
struct Manifest {
    //! The only format version that this release reads and writes.
    static constexpr int format_version = 1;

    //! Name and SHA-256 (64 lower-case hexadecimal digits) of a weights file.
    struct WeightsFile {
        std::string file;
        std::string sha256;
    };

    std::string name;                      //!< for people; [A-Za-z0-9._-]+
    nlohmann::json cipher;                 //!< argument of Cipher::create
    nlohmann::json codec;                  //!< argument of Codec::create
    std::array<double, 2> snr_db{ 0, 20 }; //!< lowest and highest trained Es/N0 in dB
    nlohmann::json training;               //!< data, seed, commit, config, steps, ...
    nlohmann::json quality;                //!< measured table; not in the fingerprint
    std::map<Role, WeightsFile> weights;   //!< roles without weights are absent

    /*! Complete JSON; what follows from cipher and codec (bandwidth ratio, symbol
     *  formula, multiple) stands in "derived".
     *  \throws ConfigError for a bad cipher or codec */
    nlohmann::json to_json() const;

    /*! Parse and validate: version, types, names without path separators, known cipher
     *  and codec, hex digests.
     *  \throws ModelError that begins with \p origin. */
    static Manifest from_json(const nlohmann::json& json, const std::string& origin);

    //! Read a model.json.
    //! \throws ModelError naming the path.
    static Manifest read(const std::string& path);

    //! Write, replacing the file in one step.
    void write(const std::string& path) const;

    //! Keys sorted, no white space, "quality" and "derived" left out.
    std::string canonical() const;

    Fingerprint fingerprint() const;
};

} // namespace djescc

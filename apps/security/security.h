/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What `djescc security` measures of a cipher, and what it is told. */
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <torch/types.h>
#include <utility>
#include <vector>

struct SecurityOptions {
    std::string model;     //!< directory; empty: a fresh cipher of the settings below
    nlohmann::json cipher; //!< as in model.json
    nlohmann::json key;    //!< null: drawn from the operating system's randomness
    std::string images;    //!< pictures to encrypt: a file, a folder, a glob pattern
    std::string known;     //!< pictures of the attacker; empty: the other images
    int64_t size = 128;    //!< pictures' centre squares are scaled to size x size
    int64_t channels = 0;  //!< 1 or 3; 0: what is usual for the cipher
    //! Es/N0 at which a model's provider receives; nothing: what it decodes is left out
    std::optional<double> snr_db;
    int64_t pairs = 8000; //!< of neighbours, for correlations; 0: every pair
    uint64_t seed = 1;    //!< of pairs, of the pixel that is changed, and of all noise
    double significance = 0.05;
    std::string device = "auto";
    //! Called with the share done, 0 to 1, and what is being measured.
    std::function<void(double, const std::string&)> progress;
};

//! A picture of the report, C x H x W, with what stands below it.
struct CaptionedPicture {
    std::string caption;
    torch::Tensor image;
};

//! What was measured of one image; the figures are described in docs/command.md.
struct ImageSecurity {
    std::string name;
    nlohmann::json figures;
    torch::Tensor plain, protected_image, decrypted; //!< C x H x W
    std::vector<CaptionedPicture> wrong_keys;        //!< decrypted with changed keys
    //! protected images that were damaged, and what was decrypted
    std::vector<std::pair<CaptionedPicture, CaptionedPicture>> occluded, noisy, damaged;
    CaptionedPicture attacked; //!< undefined image: no known attack
};

struct SecurityRun {
    nlohmann::json cipher;
    std::string cipher_type; //!< Cipher::type()
    std::string paper;       //!< Cipher::paper()
    double key_bits = 0;
    int64_t size = 0, channels = 0, pairs = 0;
    double significance = 0;
    std::optional<double> snr_db; //!< of what the provider receives
    std::string known;            //!< what the attacker knows, in words
    std::vector<ImageSecurity> images;

    nlohmann::json to_json() const;
};

/*! Encrypts pictures and measures what the cipher papers measure, and what a
 *  known-plaintext attack sees.
 *  \throws djescc::Error where a picture, the cipher or a model cannot be used */
SecurityRun measure_security(const SecurityOptions& options);

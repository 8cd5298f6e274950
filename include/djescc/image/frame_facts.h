/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What is known of one frame, from the source of pictures to the burst header and back
 *  to the sink: the one struct that blocks, stream tags, burst headers and programs
 *  share. */
#pragma once

#include <array>
#include <cstdint>
#include <djescc/export.h>
#include <djescc/image/image_shape.h>
#include <optional>
#include <vector>

namespace DJESCC_EXPORT djescc {

/*! First 8 bytes of the SHA-256 of a manifest in canonical form
 *  (Manifest::fingerprint()). Two models with one fingerprint are the same nets with the
 *  same weights. */
using Fingerprint = std::array<uint8_t, 8>;

/*! One frame, or one part of it, beside its items. */
struct FrameFacts {
    //! Rises within a stream; also the counter of picture keys (its low 32 bits).
    int64_t id = 0;
    //! Of the images at this place of the chain; of symbols, the image that they encode.
    ImageShape shape{ 0, 0, 0 };
    //! Of the plain image, once an encryption net has made another one of it.
    std::optional<ImageShape> plain{};
    //! Model that made the symbols.
    std::optional<Fingerprint> model{};
    //! Es/N0 in dB that the symbols met, measured or told.
    std::optional<double> snr_db{};
    //! What the cipher needs beside the image (Cipher::side_bytes()), at most 255 bytes.
    std::vector<uint8_t> side{};
    //! Which of the image's parts these symbols are, 0 ... parts - 1.
    int64_t part = 0;
    //! Number of parts that the image is sent in, 1 ... 255.
    int64_t parts = 1;
    //! The decoder could make nothing of the symbols; the image is a mere stand-in.
    bool outage = false;
};

inline constexpr int64_t max_side_bytes = 255;
inline constexpr int64_t max_parts = 255;

} // namespace djescc

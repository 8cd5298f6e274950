/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The bytes of HevcCoder and HevcClipCoder: what stands before the entropy-coded data,
 *  and what a quality means. */
#pragma once

#include "digital/hevc_headers.h"
#include <cstdint>
#include <string>

namespace djescc {

//! Of a quality's quantisation, a 16th of a step of QP each: most_quality() less it.
constexpr int hevc_coarsest = 1023;
constexpr int hevc_parts_of_step = 16;

//! How a quality is come by.
struct HevcQuantisation {
    int qp;
    double gain; //!< of the planes, above 0 and at most 1

    //! \param coarseness  0 to hevc_coarsest
    explicit HevcQuantisation(int coarseness);
};

/*! What a coded picture's bytes hold. The first two, most significant bit first:
 *
 *  | bits | hold |
 *  |------|------|
 *  | 10   | quantisation: most_quality() less the quality |
 *  | 1    | sample adaptive offset of the first plane |
 *  | 1    | and of the other two |
 *  | 2    | HevcTools |
 *  | 1    | 0 |
 *  | 1    | whether the picture is predicted from another |
 *
 *  Of one that is, four bytes follow: hevc_digest() of that other one's bytes. The rest
 *  is the slice's entropy-coded data. */
struct HevcBytes {
    int coarseness = 0;
    HevcTools tools = HevcTools::coarse;
    HevcSlice slice{};
    uint32_t reference = 0; //!< where the slice is predicted

    std::string write() const;
    //! \throws ImageError for what no write() made of a picture of that shape
    static HevcBytes read(const std::string& bytes, int channels, int height, int width);

    HevcFormat format(int channels, int height, int width) const;
};

//! Bytes before the entropy-coded data.
constexpr std::size_t hevc_own_bytes = 2, hevc_predicted_own_bytes = 6;

//! The quality that bytes name.
//! \throws ImageError for fewer than two
int hevc_quality_of(const std::string& bytes);

//! What a picture's bytes are known by: their CRC-32.
uint32_t hevc_digest(const std::string& bytes);

} // namespace djescc

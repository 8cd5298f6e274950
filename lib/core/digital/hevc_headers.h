/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Headers of an HEVC stream of one intra picture, or of one and a second that is
 *  predicted from it, as both ends write them themselves. */
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace djescc {

/*! Which divisions of a picture the encoder may choose from: each finds a smaller error
 *  at equal size than the one before. `fine` takes about four times the time of
 *  `coarse`, `deep` a little more. */
enum class HevcTools {
    //! coding blocks down to 16 x 16, each with one transform; no sample adaptive offset
    coarse,
    fine, //!< coding blocks down to 8 x 8, each with one transform or four
    deep, //!< coding blocks down to 8 x 8, transforms down to 4 x 4
};

/*! What the parameter sets of HevcCoder's streams depend on: all but the picture's shape
 *  is fixed. Source: ITU-T H.265 (V8), clauses 7.3.2 and 7.3.6. */
struct HevcFormat {
    int channels; //!< 1: 4:0:0, 3: 4:4:4
    HevcTools tools;
    int height; //!< of the coded picture: the least whole number of the smallest coding
    int width;  //!< blocks that is not below the picture's, 16 at least
    bool predicts = false; //!< a second picture is predicted from the first

    HevcFormat(int channels, int height, int width, HevcTools tools);

    //! log2 of the side of the smallest coding block.
    int log2_least_block() const;
    //! Levels of transforms in a coding block.
    int transform_depth() const;
    //! Whether the encoder looks for sample adaptive offsets; any stream may have them.
    bool encoder_offsets() const { return tools != HevcTools::coarse; }
    //! log2 of the side of a coding tree block: 4, 5 or 6.
    int log2_tree_block() const;
};

bool operator==(const HevcFormat& a, const HevcFormat& b);

constexpr int hevc_bit_depth = 10;
//! Of the quantisation parameter in slices, for its sign in the picture parameter set.
constexpr int hevc_initial_qp = 26;
constexpr int hevc_most_qp = 51;
constexpr int hevc_log2_least_transform = 2; //!< smallest transform
constexpr int hevc_log2_most_transform = 5;  //!< largest transform
constexpr int hevc_slice_type = 20;          //!< NAL unit type IDR_N_LP
constexpr int hevc_predicted_slice_type = 1; //!< NAL unit type TRAIL_R
constexpr int hevc_order_bits = 8;           //!< of the picture order count in slices
//! Motion vectors of neighbours that a block may take, 1 to 5.
constexpr uint32_t hevc_merge_candidates = 3;

//! The fields of the slice's header that are free.
struct HevcSliceFields {
    int qp;          //!< 0 to 51
    bool luma_sao;   //!< sample adaptive offset of luma
    bool chroma_sao; //!< and of chroma; false for grey
    bool predicted;  //!< of a P slice; false: of an I slice
};

//! A slice: its fields and the entropy-coded data behind the header.
struct HevcSlice {
    HevcSliceFields fields;
    std::string data; //!< without emulation prevention
};

//! Video, sequence and picture parameter sets, each a NAL unit without start code.
std::vector<std::string> hevc_parameter_sets(const HevcFormat& format);

//! The one slice's NAL unit, without start code.
std::string hevc_slice_unit(const HevcFormat& format, const HevcSlice& slice);

/*! A unit as the encoder writes it, which is the inverse of hevc_slice_unit() but for the
 *  flags of HevcFormat::encoder_offsets().
 *  \throws ImageError for a slice whose header has other fields than those */
HevcSlice read_hevc_slice_unit(const HevcFormat& format, const std::string& unit);

} // namespace djescc

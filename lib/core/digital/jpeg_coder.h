/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures in baseline JPEG. */
#pragma once

#include "digital/picture_coder.h"

namespace djescc {

/*! Baseline JPEG (ITU-T T.81) by libjpeg, with Huffman tables made for the picture. Three
 *  channels are coded as YCbCr with chroma at full or at half resolution.
 *
 *  Qualities are those of libjpeg. The bytes are one with the quality and, in its highest
 *  bit, whether chroma is at half resolution; the Huffman tables, each the 16 numbers of
 *  codes by length and the symbols; and the scan without its stuffed zeros. Markers,
 *  quantisation tables and the frame's header are made again by the decoder. */
class JpegCoder : public PictureCoder
{
public:
    int least_quality() const override { return 1; }
    int most_quality() const override { return 100; }

    //! Of chroma at full and at half resolution, what has the smaller squared error.
    std::optional<CodedPicture> encode(const PlanarPicture& picture,
                                       std::size_t max_bytes) override;
    //! Chroma is at half resolution up to the quality where that is the better of the two
    //! for most photographs at equal size.
    CodedPicture encode_at(const PlanarPicture& picture, int quality) override;
    PlanarPicture
    decode(const std::string& bytes, int channels, int height, int width) override;
};

} // namespace djescc

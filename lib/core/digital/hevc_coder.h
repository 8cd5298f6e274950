/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures in intra-coded HEVC. */
#pragma once

#include "digital/picture_coder.h"
#include <memory>

namespace djescc {

/*! HEVC's intra coding of one picture (ITU-T H.265, format range extensions: 10 bits,
 *  4:4:4 or 4:0:0) by x265, and back by libde265. It is the coder inside BPG and HEIF.
 *
 *  The bytes are two of our own and the slice's entropy-coded data; parameter sets and
 *  headers are the same at both ends. The two, most significant bit first:
 *
 *  | bits | hold |
 *  |------|------|
 *  | 10   | quantisation: most_quality() less the quality |
 *  | 1    | sample adaptive offset of the first plane |
 *  | 1    | and of the other two |
 *  | 2    | HevcTools |
 *  | 2    | 0 |
 *
 *  A quality is a 16th of a step of HEVC's quantisation parameter: the planes are coded
 *  with a gain below 1 for the parts of a step, and for what is poorer than HEVC's
 *  poorest. 96 qualities more halve the quantiser's step. */
class HevcCoder : public PictureCoder
{
public:
    //! How long encode() and encode_at() try. decode() knows no difference.
    enum class Speed {
        fast,   //!< for pictures as they come
        normal, //!< most of what `best` gains
        best,   //!< for measuring
    };

    explicit HevcCoder(Speed speed = Speed::normal);
    ~HevcCoder() override;

    int least_quality() const override { return 0; }
    int most_quality() const override { return 1023; }

    std::optional<CodedPicture> encode(const PlanarPicture& picture,
                                       std::size_t max_bytes) override;
    CodedPicture encode_at(const PlanarPicture& picture, int quality) override;
    PlanarPicture
    decode(const std::string& bytes, int channels, int height, int width) override;

    /*! The quality that encode()'s bytes name.
     *  \throws ImageError for fewer than two bytes */
    static int quality_of(const std::string& bytes);

private:
    struct Encoders;
    struct Trial;

    CodedPicture finished(const PlanarPicture& picture, Trial&& trial) const;

    Speed d_speed;
    std::unique_ptr<Encoders> d_encoders;
};

} // namespace djescc

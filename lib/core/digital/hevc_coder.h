/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures in intra-coded HEVC. */
#pragma once

#include "digital/hevc_planes.h"
#include "digital/picture_coder.h"
#include <memory>

namespace djescc {

/*! HEVC's intra coding of one picture (ITU-T H.265, format range extensions: 10 bits,
 *  4:4:4 or 4:0:0) by x265, and back by libde265. It is the coder inside BPG and HEIF.
 *
 *  The bytes are HevcBytes: two of our own and the slice's entropy-coded data; parameter
 *  sets and headers are the same at both ends.
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

    //! A coded picture whose decoded one is as others may be predicted from it.
    struct Coded {
        std::string bytes;
        int quality;
        HevcPicture picture;

        //! What encode() gives of it.
        CodedPicture shown(int height, int width) const;
    };
    //! As encode().
    std::optional<Coded> encode_planes(const PlanarPicture& picture,
                                       std::size_t max_bytes);
    //! As decode().
    static HevcPicture
    decode_planes(const std::string& bytes, int channels, int height, int width);

    //! The tools of the pictures that it codes.
    HevcTools tools() const;

    /*! The quality that encode()'s bytes name.
     *  \throws ImageError for fewer than two bytes */
    static int quality_of(const std::string& bytes);

private:
    struct Encoders;

    Speed d_speed;
    std::unique_ptr<Encoders> d_encoders;
};

} // namespace djescc

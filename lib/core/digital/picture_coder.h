/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a coder of single pictures is: samples to at most so many bytes, and back. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace djescc {

/*! Largest height and width of a picture that is coded, and most pixels. Decoders take
 *  memory for no more than that. */
constexpr int most_coded_side = 16384;
constexpr int64_t most_coded_pixels = int64_t{ 1 } << 25;

//! Samples of one picture, channel by channel and row by row.
struct PlanarPicture {
    int channels = 0;           //!< 1 (grey) or 3 (R, G, B)
    int height = 0;             //!< in pixels
    int width = 0;              //!< in pixels
    std::vector<float> samples; //!< channels * height * width, in [0, 1]
};

//! A picture that was coded, and what its decoder makes of it.
struct CodedPicture {
    std::string bytes;
    int quality = 0;       //!< on the coder's own scale; more is better
    PlanarPicture decoded; //!< what decode() gives for the bytes, bit for bit
};

/*! A coder of single pictures. The bytes hold nothing that the other end is told anyway:
 *  decode() wants the picture's channels, height and width.
 *
 *  An object is used by one thread at a time. What it gives depends on its arguments
 *  alone, not on pictures before; but a coder of clips remembers, see begin_clip(). */
class PictureCoder
{
public:
    virtual ~PictureCoder() = default;

    //! Qualities go from this, the poorest, ...
    virtual int least_quality() const = 0;
    //! ... to this.
    virtual int most_quality() const = 0;

    /*! The picture in at most \p max_bytes, as good as the coder finds it.
     *  \param picture    samples outside [0, 1] are clipped
     *  \param max_bytes  how many there may be; fewer are given back, never more
     *  \return nothing where even the poorest quality takes more bytes
     *  \throws ImageError for a picture of another number of channels, an empty or too
     *          large one, and samples that are no numbers */
    virtual std::optional<CodedPicture> encode(const PlanarPicture& picture,
                                               std::size_t max_bytes) = 0;

    /*! The picture at a quality, in however many bytes.
     *  \param picture  as for encode()
     *  \param quality  least_quality() to most_quality()
     *  \throws ImageError as encode(); ConfigError for another quality */
    virtual CodedPicture encode_at(const PlanarPicture& picture, int quality) = 0;

    /*! The picture that \p bytes hold.
     *  \param bytes     whole, as encode() gave them
     *  \param channels  1 or 3, as those of the picture that was encoded
     *  \param height    of that picture, in pixels
     *  \param width     of that picture, in pixels
     *  \throws ImageError where they do not decode to exactly one picture of that shape.
     *          Bytes that were changed on the way may decode to another picture. */
    virtual PlanarPicture
    decode(const std::string& bytes, int channels, int height, int width) = 0;

    //! Whether what it gives depends on pictures before.
    virtual bool remembers() const { return false; }
    //! Forget them: the next picture to encode and the next to decode follow none.
    virtual void begin_clip() {}
};

//! \throws ImageError where a picture of that shape is not coded
void check_coded_shape(int channels, int height, int width);

//! \throws ImageError where PictureCoder::encode() refuses the picture
void check_coded_picture(const PlanarPicture& picture);

//! \throws ConfigError where the coder has no such quality
void check_coded_quality(const PictureCoder& coder, int quality);

} // namespace djescc

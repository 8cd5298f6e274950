/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures of a clip in HEVC, most of them predicted from the one before. */
#pragma once

#include "digital/hevc_coder.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace djescc {

/*! HEVC of pictures that follow one another, each in bytes of its own: key pictures as
 *  HevcCoder codes them, and between them pictures that are predicted from the one before
 *  (P slices). A picture is a key picture
 *
 *  - where the last one was \p key_interval pictures ago, or there is none of its shape,
 *  - where a predicted one does not fit, or is no better, as after a cut.
 *
 *  A predicted picture names the one that it is predicted from by a digest of that one's
 *  bytes, which name the one before in turn. So a decoder that lacks one of them, or is
 *  given another clip's, knows it: it refuses all pictures up to the next key picture,
 *  and never shows a wrong one. Nothing rests on the order of calls.
 *
 *  The encoder predicts from what its own decoder makes of its bytes. */
class HevcClipCoder : public PictureCoder
{
public:
    //! \param key_interval  1 or more; 1: all are key pictures
    HevcClipCoder(HevcCoder::Speed speed, int key_interval);
    ~HevcClipCoder() override;

    int least_quality() const override { return d_keys.least_quality(); }
    int most_quality() const override { return d_keys.most_quality(); }

    std::optional<CodedPicture> encode(const PlanarPicture& picture,
                                       std::size_t max_bytes) override;
    //! A key picture, which the others take no notice of.
    CodedPicture encode_at(const PlanarPicture& picture, int quality) override;
    //! \throws ImageError also where the picture that it is predicted from is not there
    PlanarPicture
    decode(const std::string& bytes, int channels, int height, int width) override;

    bool remembers() const override { return d_key_interval > 1; }
    void begin_clip() override;

private:
    //! A picture that the next may be predicted from.
    struct Last {
        uint32_t digest; //!< hevc_digest() of its bytes
        int quality;
        int height, width;
        HevcPicture picture;
    };
    class Predictor;

    std::optional<HevcCoder::Coded> predict(const PlanarPicture& picture,
                                            std::size_t max_bytes);
    bool may_predict(const PlanarPicture& picture) const;
    const HevcSlice& start_of(const HevcFormat& format);

    HevcCoder::Speed d_speed;
    int d_key_interval;
    HevcCoder d_keys;
    std::optional<Last> d_sent, d_received;
    int d_since_key = 0; //!< pictures since a key picture was sent, it included
    std::unique_ptr<Predictor> d_predictor;
    std::optional<HevcFormat> d_start_format;
    HevcSlice d_start{};
};

} // namespace djescc

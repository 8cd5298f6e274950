/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block that measures PSNR and SSIM of a stream of images. */
#pragma once

#include <cstdint>
#include <gnuradio/block.h>
#include <gnuradio/djescc/api.h>
#include <map>
#include <memory>
#include <string>

namespace gr {
namespace djescc {

/*!
 * \brief PSNR and SSIM of a stream of frames against a reference stream.
 *
 * Inputs: 0 the reference frames, 1 the frames to be judged, both float32 in [0, 1],
 * H x W x C, tagged as image_source does. Frames belong together when their `id` is the
 * same; a frame that has no partner, for example because a block between dropped it, is
 * dropped and counted. Within each stream ids must rise. A judged frame that is larger
 * than its reference (padding) is cropped to it at the right and the bottom.
 *
 * Of a progressive jscc_decoder several versions of a frame come, which say so by `part`
 * and `parts`. Each of them is compared and counts in the means.
 *
 * Outputs, each optional: 0 PSNR in dB, 1 SSIM, one float per pair, in the frames' order
 * (infinite PSNR for equal frames).
 *
 * Message port `quality` (output): per pair a dictionary with `id` (integer), `name`
 * (string, where the reference has one), `psnr_db` and `ssim` (reals); and `part` and
 * `parts` (integers) where the judged frame has them.
 *
 * Reference frames wait for their partners in memory; when that is used up, the block
 * holds the reference stream back.
 *
 * \ingroup djescc
 */
class DJESCC_API quality_probe : virtual public gr::block
{
public:
    using sptr = std::shared_ptr<quality_probe>;

    /*!
     * \param log  write one line per pair to the log
     */
    static sptr make(bool log = false);

    //! Mean of the pairs' PSNRs in dB; NaN before the first pair.
    virtual double mean_psnr() const = 0;

    //! Mean of the pairs' SSIMs; NaN before the first pair.
    virtual double mean_ssim() const = 0;

    //! PSNR of the latest pair in dB; NaN before the first.
    virtual double last_psnr() const = 0;

    //! SSIM of the latest pair; NaN before the first.
    virtual double last_ssim() const = 0;

    //! Pairs compared.
    virtual uint64_t matched() const = 0;

    //! Frames of both streams that were dropped: bad ones and those without a partner.
    virtual uint64_t dropped() const = 0;

    //! `reference_frames`, `test_frames`, `matched`, and `dropped: <reason>` for each
    //! reason that occurred: those of frame_statistics, and `no partner`.
    virtual std::map<std::string, uint64_t> counters() const = 0;
};

} // namespace djescc
} // namespace gr

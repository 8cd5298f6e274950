/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block that finds bursts in a radio's samples and hands out images of symbols. */
#pragma once

#include <cstdint>
#include <gnuradio/block.h>
#include <gnuradio/djescc/api.h>
#include <gnuradio/djescc/burst_format.h>
#include <gnuradio/djescc/frame_statistics.h>
#include <map>
#include <memory>
#include <string>

namespace gr {
namespace djescc {

/*!
 * \brief Samples of a radio to frames of symbols (docs/burst-format.md).
 *
 * Input: complex baseband samples of any level, at the rate of the transmitter. Output:
 * frames of complex64 of an image's symbols as jscc_encoder made them, plus noise. The
 * `frame` dictionary has `id`, `width`, `height`, `channels`, `plain_...`, `model`,
 * `side`, `part` and `parts` as far as the transmitter's had them, and
 *  - `snr_db`: Es/N0 of the white noise that would do the same mean square error;
 *  - `erased`: how many symbols did not arrive and count as zeros;
 *  - `reliability`: f32vector, one number in [0, 1] for every symbol: the LMMSE weight
 *    snr / (1 + snr) of the carrier it came by, 0 for a missing one; of spread symbols,
 *    which came by many carriers, the mean.
 *
 * The parts of an image are frames of their own, each with these entries. A frame goes
 * out when all its bursts are there, or incomplete when the first of them is `timeout`
 * samples old, when too many images are open, or when the stream ends.
 *
 * Message port `status` (output), after every burst with a good header: a dictionary with
 * `id`, `part` and `parts` where there are several, `burst`, `bursts`, `snr_db`,
 * `carrier_offset` (in carrier spacings), `clock_offset` (in parts of a million), `power`
 * (mean |sample|^2) and `sample` (absolute number of its first one).
 *
 * Counters (counters(), frame_statistics): `detected` preambles, `bursts` (good ones of
 * this model), `header failures`, `foreign` (another model's), `refused` (not authentic,
 * replayed or stale), `lost` (bursts missing of images that went out), `late` (their
 * image had gone out), `duplicate`, `incomplete images`, `cut short` (bursts that the
 * next one overlaps or that lost their pilots), `erased symbols`, `side bytes lost`
 * (images of which no burst with the side bytes arrived). frames_in() counts images
 * begun, frames_out() images that went out, every part by itself.
 *
 * \ingroup djescc
 */
class DJESCC_API burst_receiver : virtual public gr::block, public frame_statistics
{
public:
    using sptr = std::shared_ptr<burst_receiver>;

    //! What a receiver can be told beside the format.
    struct options {
        burst_format format;
        /*! Directory of the model whose images are wanted, or its fingerprint (16
         *  hexadecimal digits); empty takes every model's. */
        std::string model;
        //! Samples after which an incomplete image goes out, at least 1.
        int64_t timeout = 10000000;
        //! Most images that are open at a time, 1 to 1024.
        int max_open_images = 8;
        /*! True gives LMMSE estimates, which are small where the channel is bad; false
         *  scales them so that on average over the burst the gain is 1, which is what a
         *  decoder expects that was trained on symbols plus noise. */
        bool shrink = false;
        //! File of the transmitter's key; headers without its tag are refused.
        std::string key_file;
        /*! Seconds by which a burst may be older than this machine's clock says, 0 for
         *  any; needs a key and clocks that agree (docs/security.md). */
        double max_age = 0;
    };

    /*! \throws djescc::ConfigError for an option out of range or a key file of no use
     *  \throws djescc::ModelError for a model that cannot be read */
    static sptr make(const options& chosen);
};

} // namespace djescc
} // namespace gr

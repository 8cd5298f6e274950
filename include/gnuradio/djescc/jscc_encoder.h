/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The provider's sending block, which encodes images to symbols. */
#pragma once

#include <gnuradio/block.h>
#include <gnuradio/djescc/api.h>
#include <gnuradio/djescc/frame_statistics.h>
#include <memory>
#include <string>

namespace gr {
namespace djescc {

/*!
 * \brief (Protected) images to complex symbols of average power 1 (the provider's
 *        transmit side).
 *
 * Input: frames of float32 in [0, 1], H x W x C. Output: frames of complex64 whose
 * `packet_len` is the number of symbols. The frame dictionary keeps `width`, `height` and
 * `channels` (of the image that came in) and everything else, and gets `model`, the
 * model's fingerprint as 16 hexadecimal digits. An image that the codec sends in several
 * parts becomes as many frames, numbered by `part` and `parts`.
 *
 * Message port `snr` (input): the SNR that the channel is expected to have, Es/N0 in dB,
 * as a number or a pair (anything . number), for codecs that adapt to it; `#f` or nil
 * clears it. Without a hint such a codec gets the frame's entry `snr_db`, otherwise the
 * middle of the model's trained range, which a line of the log tells once.
 *
 * Message port `rate` (input): groups that every image is sent in, as a number or a pair
 * (anything . number), for codecs of variable rate; 0, `#f` or nil lets the codec decide.
 *
 * Message port `feedback` (input): of a codec with feedback, what was received of a part,
 * as jscc_decoder's port of that name sends it: a dictionary with `id`, `part` and
 * `symbols` (c32vector). Such a codec's images go out one after another. Behind every
 * part but the last the block waits for its feedback; where that does not come in time,
 * the image ends with what was sent.
 *
 * \ingroup djescc
 */
class DJESCC_API jscc_encoder : virtual public gr::block, public frame_statistics
{
public:
    using sptr = std::shared_ptr<jscc_encoder>;

    /*!
     * \param model  directory of a model with at least the role `encode`
     * \param device  "auto" (CUDA where present, else CPU), "cpu", "cuda" or "cuda:N"
     * \param threads  the net's threads on the CPU; 0 means 1
     * \param max_batch  most frames in one inference, 1 to 1024
     * \param key_file  a key of owner and recipient (djescc keygen, mode 0600) for
     *                  codecs that seal what they send, as `hybrid` does; empty for none
     * \throws djescc::ModelError for a model or weights file that is missing or damaged
     * \throws djescc::DeviceError for an unknown or absent device
     * \throws djescc::ConfigError for \p threads or \p max_batch out of range, a key
     *         file that cannot be used, or a key for a codec that takes none
     */
    static sptr make(const std::string& model,
                     const std::string& device = "auto",
                     int threads = 0,
                     int max_batch = 8,
                     const std::string& key_file = "");

    /*! Tell a codec that adapts to the channel what to expect; others ignore it.
     *  \param snr_db  Es/N0 in dB, finite
     *  \throws djescc::ConfigError where it is not */
    virtual void set_snr_hint(double snr_db) = 0;

    //! Back to the frames' own `snr_db`, or to the middle of the trained range.
    virtual void clear_snr_hint() = 0;

    /*! Groups that every image is sent in from here on.
     *  \param groups  of a codec of variable rate, as `arjscc` is; 0: the codec decides
     *  \throws djescc::ConfigError for a number that the codec has not */
    virtual void set_rate_groups(int groups) = 0;

    /*! How long to wait for what comes back of a part, of a codec with feedback.
     *  \param seconds  0 to 3600; at first 5. 0: only first parts are sent
     *  \throws djescc::ConfigError out of range */
    virtual void set_feedback_timeout(double seconds) = 0;

    //! Seconds spent in the net so far, transfers included.
    virtual double inference_seconds() const = 0;

    //! As frame_statistics::counters(), with `without feedback`, images that ended before
    //! their last part, and `foreign feedback`, messages that no part waited for, where
    //! there were any.
    std::map<std::string, uint64_t> counters() const override = 0;
};

} // namespace djescc
} // namespace gr

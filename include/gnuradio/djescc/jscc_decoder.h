/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The provider's receiving block, which decodes symbols to images. */
#pragma once

#include <cstdint>
#include <gnuradio/block.h>
#include <gnuradio/djescc/api.h>
#include <gnuradio/djescc/frame_statistics.h>
#include <memory>
#include <string>

namespace gr {
namespace djescc {

/*!
 * \brief Noisy symbols back to (protected) images (the provider's receive side).
 *
 * Input: frames of complex64 as jscc_encoder makes them; `width`, `height` and `channels`
 * in the frame dictionary are the shape of the image to be decoded. Output: frames of
 * float32 in [0, 1], H x W x C.
 *
 * Symbols whose `model` entry names another model are dropped as `foreign model`; frames
 * without that entry are taken. For codecs that adapt to the channel the SNR is the hint
 * where one was given, otherwise the frame's entry `snr_db`, otherwise the middle of the
 * model's trained range, which a line of the log tells once.
 *
 * Frames with `parts` are joined to one image. Where later parts are missing, the image
 * is decoded of the first ones; a part whose earlier ones are missing is dropped as
 * `missing part`.
 *
 * Progressive, an image goes out as soon as its first part is there, and again with every
 * further one, under the same `id`. Its dictionary then says by `part` and `parts` up to
 * which part of how many it is decoded from.
 *
 * An image of which nothing could be decoded goes on as the codec's stand-in, grey; its
 * dictionary has `outage`, true.
 *
 * Of a codec with feedback, every part but the last goes back as it was received, as soon
 * as it is there: message port `feedback` (output) has a dictionary with `id`, `part` and
 * `symbols` (c32vector) for each. It is for jscc_encoder's port of that name.
 *
 * Message port `snr` (input): the hint, Es/N0 in dB, as a number or a pair
 * (anything . number); `#f` or nil clears it.
 *
 * \ingroup djescc
 */
class DJESCC_API jscc_decoder : virtual public gr::block, public frame_statistics
{
public:
    using sptr = std::shared_ptr<jscc_decoder>;

    /*!
     * \param model  directory of a model with at least the role `decode`
     * \param device  "auto" (CUDA where present, else CPU), "cpu", "cuda" or "cuda:N"
     * \param threads  the net's threads on the CPU; 0 means 1
     * \param max_batch  most frames in one inference, 1 to 1024
     * \param key_file  the key that jscc_encoder has, where it has one; empty for none
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

    /*! Tell a codec that adapts to the channel how good it is; others ignore it.
     *  \param snr_db  Es/N0 in dB, finite
     *  \throws djescc::ConfigError where it is not */
    virtual void set_snr_hint(double snr_db) = 0;

    //! Back to the frames' own `snr_db`, or to the middle of the trained range.
    virtual void clear_snr_hint() = 0;

    /*! Put an image out with every part of it that comes, instead of once, with all.
     *  For codecs that send in parts; others have no use for it. */
    virtual void set_progressive(bool progressive) = 0;

    /*! Add white noise to what port `feedback` sends, as a way back that is not perfect
     *  has.
     *  \param snr_db  Es/N0 in dB of symbols of power 1; infinity, the default: none
     *  \param seed    of the noise, from here on
     *  \throws djescc::ConfigError for NaN and less than -100 */
    virtual void set_feedback_snr(double snr_db, uint64_t seed = 0) = 0;

    //! Images of which nothing could be decoded: each is sent on as a mere stand-in, with
    //! the entry `outage` in its dictionary. Only codecs that either arrive or do not
    //! have such.
    virtual uint64_t outages() const = 0;

    //! Seconds spent in the net so far, transfers included.
    virtual double inference_seconds() const = 0;
};

} // namespace djescc
} // namespace gr

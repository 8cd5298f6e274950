/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The block that makes bursts of samples for a radio of images of symbols. */
#pragma once

#include <cstdint>
#include <gnuradio/block.h>
#include <gnuradio/djescc/api.h>
#include <gnuradio/djescc/burst_format.h>
#include <gnuradio/djescc/frame_statistics.h>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace gr {
namespace djescc {

/*!
 * \brief Frames of symbols to bursts of samples for a radio (docs/burst-format.md).
 *
 * Input: frames of complex64 as jscc_encoder makes them (`packet_len` and `frame`).
 * Output: complex baseband samples; a carrier has average power 1, so with the default
 * format a sample has 52/64. Every burst, its gap included, lies whole in the output
 * buffer at once, its first sample tagged `tx_sob` (and `tx_time` where asked for), its
 * last one `tx_eob`. With filler the stream has no pauses and none of these tags but the
 * `tx_time` of its first sample.
 *
 * An image's symbols are enciphered where there is a key, brought to average power 1,
 * interleaved over as many bursts as they need, and scrambled. Successive frames may have
 * different numbers of symbols. A frame with `part` and `parts` is sent as an image of
 * its own is, and `side` (at most 255 bytes) goes into four of its bursts; both use
 * version 2 of the header, all other frames version 1.
 *
 * Counters beside those of frame_statistics: `images`, of which at least the first part
 * was sent, `bursts`, `samples`.
 *
 * \ingroup djescc
 */
class DJESCC_API burst_transmitter : virtual public gr::block, public frame_statistics
{
public:
    using sptr = std::shared_ptr<burst_transmitter>;

    //! What a transmitter can be told beside the format.
    struct options {
        burst_format format;
        //! Zero samples after every burst, 0 to 2^20; 0 sends back to back.
        int64_t gap = 0;
        /*! Send zeros while no image waits, so that the stream never pauses. It ends when
         *  the input does. */
        bool filler = false;
        /*! Payload samples are limited to this many dB above their mean power, 3 or more;
         *  +infinity does not limit. */
        double clip_db = 9.0;
        /*! Send every symbol spread over a thousand, so that a lost burst is a little
         *  noise on all of them instead of a hole in the picture. */
        bool spread = true;
        //! Factor on every sample, finite, 0 or more; 0 is silence.
        double amplitude = 1.0;
        //! Samples a second, for `tx_time`; above 0.
        double sample_rate = 1e6;
        //! Time of the first sample in seconds: asks for `tx_time` tags; 0 or more.
        std::optional<double> start_time;
        /*! Tells this run from earlier ones that used the same image ids: 0 to 65535;
         *  nothing takes a random one. */
        std::optional<int> session;
        //! File of the key that authenticates headers and hides symbols; empty for none.
        std::string key_file;
    };

    //! \throws djescc::ConfigError for an option out of range or a key file of no use
    static sptr make(const options& chosen);

    //! Change the factor on the samples from the next burst on.
    //! \throws as make()
    virtual void set_amplitude(double amplitude) = 0;
    virtual double amplitude() const = 0;

    /*! Samples of the longest burst, its gap included: the format's most symbols behind a
     *  header with 255 side bytes. */
    virtual int64_t longest_burst() const = 0;
};

} // namespace djescc
} // namespace gr

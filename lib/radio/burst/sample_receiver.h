/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A stream of samples to images. */
#pragma once

#include "radio/burst/burst_assembler.h"
#include "radio/burst/burst_demodulator.h"
#include "radio/burst/burst_layout.h"
#include "radio/burst/link_security.h"
#include "radio/burst/preamble_detector.h"
#include "radio/burst/reception.h"
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <gnuradio/gr_complex.h>
#include <memory>
#include <optional>
#include <vector>

namespace gr {
namespace djescc {

/*! A stream of samples to images: detection, headers, payloads, assembly.
 *
 *  The detector runs over everything, payloads included, so that a burst whose beginning
 *  lies where an earlier one was expected to go on (samples were dropped between) is
 *  received; the earlier one is then cut short. */
class sample_receiver
{
public:
    struct options {
        burst_format format;
        //! Only images of this model; nothing takes all.
        std::optional<::djescc::Fingerprint> fingerprint;
        burst_assembler::options assembly;
        float threshold = preamble_detector::default_threshold;
    };

    //! \throws djescc::ConfigError for a bad format
    explicit sample_receiver(const options& chosen,
                             std::shared_ptr<header_guard> guard = {},
                             std::shared_ptr<symbol_cipher> cipher = {});

    //! Called for every burst with a good header once it is demodulated.
    void set_observer(std::function<void(const received_burst&)> observer);

    /*! Samples that follow those of the last call; ones that are not finite count as 0.
     *  \param finished  gets images that went out */
    void
    push(const gr_complex* samples, size_t count, std::vector<assembled_image>& finished);

    //! The stream ends: what is there goes out.
    void finish(std::vector<assembled_image>& finished);

    const receiver_counters& counters() const { return d_counters; }
    const burst_layout& layout() const { return d_layout; }

private:
    //! A burst whose header was read and whose payload is not all there yet.
    struct open_burst {
        int64_t expected; //!< long training's begin as the detector saw it
        int64_t begin;    //!< the same as the synchroniser did
        int64_t end;      //!< of the whole burst
        burst_header header;
    };

    int64_t end_of_buffer() const
    {
        return d_first + static_cast<int64_t>(d_buffer.size());
    }
    const gr_complex* at(int64_t sample) const
    {
        return d_buffer.data() + (sample - d_first);
    }
    void append(const gr_complex* samples, size_t count);
    void process(std::vector<assembled_image>& finished);
    bool is_known_burst(int64_t begin) const;
    bool next_header(std::vector<assembled_image>& finished);
    bool accept(const burst_header& header);
    void close_burst(int64_t end, std::vector<assembled_image>& finished);
    void trim();

    const options d_options;
    const burst_layout d_layout;
    const std::shared_ptr<header_guard> d_guard;
    const std::shared_ptr<symbol_cipher> d_cipher;
    std::function<void(const received_burst&)> d_observer;
    receiver_counters d_counters;

    preamble_detector d_detector;
    //! The second one reads headers while the first one's burst is open.
    std::unique_ptr<burst_demodulator> d_demodulator, d_spare;
    burst_assembler d_assembler;

    std::vector<gr_complex> d_buffer;
    int64_t d_first; //!< sample that d_buffer begins with
    std::vector<preamble_candidate> d_found;
    std::deque<preamble_candidate> d_candidates;
    //! Of the first candidate, where d_spare has read it and waits for its extension.
    std::optional<burst_header> d_waiting_header;
    std::optional<open_burst> d_open;
};

} // namespace djescc
} // namespace gr

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Images to the samples of their bursts. */
#pragma once

#include "radio/burst/burst_header.h"
#include "radio/burst/burst_layout.h"
#include "radio/burst/header_code.h"
#include "radio/burst/link_security.h"
#include "radio/burst/ofdm.h"
#include "radio/burst/symbol_interleaver.h"
#include <cstddef>
#include <cstdint>
#include <djescc/image/frame_facts.h>
#include <gnuradio/gr_complex.h>
#include <memory>
#include <optional>
#include <vector>

namespace gr {
namespace djescc {

/*! Makes the bursts of images. */
class burst_builder
{
public:
    /*!
     *  \param format  checked here
     *  \param clip_db  limit of the payload's samples over their mean power, 3 or more;
     *                 +infinity for none
     *  \param session  of this run
     *  \param guard, cipher  null without a key
     *  \param spread  send every symbol over many (symbol_transforms.h)
     *  \throws djescc::ConfigError
     */
    burst_builder(const burst_format& format,
                  double clip_db,
                  uint16_t session,
                  std::shared_ptr<header_guard> guard = {},
                  std::shared_ptr<symbol_cipher> cipher = {},
                  bool spread = true);

    const burst_layout& layout() const { return d_layout; }

    /*! Begin an image, or a part of one.
     *  \param facts  of it; snr_db is not sent
     *  \param symbols  finite, not all zero; copied
     *  \throws djescc::ConfigError where it does not fit the header: a side above 65535,
     *          more than 255 channels, more than 65535 bursts, no power, part and parts
     *          that contradict one another, more than 255 side bytes */
    void
    begin(const ::djescc::FrameFacts& facts, const gr_complex* symbols, size_t count);

    //! Bursts of the image, and samples of one of them.
    uint32_t bursts() const { return d_header.bursts; }
    size_t burst_samples(uint32_t burst) const;

    //! \param samples  gets burst_samples(burst)
    void build(uint32_t burst, gr_complex* samples);

    //! Whether a burst carries the image's side bytes, if there are any.
    bool carries_side(uint32_t burst) const;

private:
    uint32_t symbols_in(uint32_t burst) const;
    void write_header(const burst_header& header, gr_complex* samples);
    void write_extension(const burst_header& header, gr_complex* samples);
    void write_payload(uint32_t burst, size_t first_symbol, gr_complex* samples);
    void write_symbols(size_t first_symbol, gr_complex* samples);
    void insert_pilots(size_t symbol);
    void limit(gr_complex* samples, size_t count) const;

    const burst_layout d_layout;
    const float d_peak_power;
    const std::shared_ptr<header_guard> d_guard;
    const std::shared_ptr<symbol_cipher> d_cipher;
    ofdm_modulator d_modulator;
    header_code d_code;
    std::optional<header_code> d_extension_code; //!< of the last length that was sent
    std::optional<symbol_interleaver> d_interleaver;
    burst_header d_header; //!< of the image's first burst
    std::vector<gr_complex> d_symbols, d_values, d_payload;
};

} // namespace djescc
} // namespace gr

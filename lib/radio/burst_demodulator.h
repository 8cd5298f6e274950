/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "radio/burst_header.h"
#include "radio/burst_layout.h"
#include "radio/burst_synchronizer.h"
#include "radio/channel_estimator.h"
#include "radio/header_code.h"
#include "radio/ofdm.h"
#include "radio/phase_model.h"
#include <cstddef>
#include <cstdint>
#include <gnuradio/gr_complex.h>
#include <optional>
#include <vector>

namespace gr {
namespace djescc {

//! A burst as it was received.
struct received_burst {
    burst_header header;
    /*! LMMSE estimates of the payload symbols as they were sent (scrambling undone), and
     *  the weight snr / (1 + snr) of each; both 0 where the burst was cut short. */
    std::vector<gr_complex> symbols;
    std::vector<float> reliability;
    //! Es/N0 of the white noise that does the same mean square error as this channel.
    double snr_db = 0.0;
    double carrier_offset = 0.0; //!< in carrier spacings
    double clock_offset = 0.0;   //!< of the transmitter over the receiver, a ratio
    double power = 0.0;          //!< mean |sample|^2 on the occupied carriers
    int64_t sample = 0;          //!< of the stream, at which the long training begins
    bool cut_short = false;      //!< symbols are missing at the end
};

/*! Header and payload of one burst from its samples, everything estimated from known
 *  symbols: the long training, the header once its CRC is right, and the pilots. */
class burst_demodulator
{
public:
    explicit burst_demodulator(const burst_layout& layout);

    /*! Samples needed around the expected begin of the long training: for the header, and
     *  for a whole burst of so many symbols. */
    size_t samples_before() const;
    size_t header_samples() const;
    size_t burst_samples(size_t symbols) const;

    /*! Synchronise and read the header.
     *  \param long_start  at the expected begin of the long training
     *  \param offset  roughly, in radians a sample
     *  \return nothing where there is no good header */
    std::optional<burst_header> read_header(const gr_complex* long_start, double offset);

    //! Where the long training begins relative to the expected sample, after
    //! read_header().
    int64_t shift() const { return d_shift; }

    /*! The payload of the burst whose header was just read.
     *  \param long_start  as for read_header()
     *  \param available  samples from there on that belong to the burst */
    received_burst read_payload(const gr_complex* long_start, size_t available);

private:
    gr_complex* row(size_t symbol)
    {
        return d_cells.data() + symbol * d_layout.occupied();
    }
    gr_complex* known(size_t symbol)
    {
        return d_known.data() + symbol * d_layout.occupied();
    }
    size_t first_payload_row() const;
    double row_time(size_t symbol) const;
    void demodulate(const gr_complex* long_start, size_t first, size_t count);
    void turn_back_all(size_t count, const phase_model& model);

    void estimate_channel(size_t rows);
    void follow_header_pilots();
    void insert_header(const burst_header::bytes& bytes);
    void fit_phase(size_t symbols, size_t locked);
    size_t find_lock(size_t symbols);
    void estimate_noise();
    std::vector<gr_complex> common_gain(size_t symbols);
    void equalize(size_t symbols, received_burst& burst);

    const burst_layout& d_layout;
    burst_synchronizer d_synchronizer;
    ofdm_demodulator d_ofdm;
    channel_estimator d_estimator;
    header_code d_code;

    burst_header d_header;
    int64_t d_shift = 0;
    phase_model d_phase; //!< that was taken out so far
    //! Long training, header and payload, a row an OFDM symbol, and what they should be.
    std::vector<gr_complex> d_cells, d_known;
    std::vector<gr_complex> d_channel, d_least_squares;
    std::vector<double> d_noise; //!< variance on each carrier
    double d_mean_noise = 0.0;
};

} // namespace djescc
} // namespace gr

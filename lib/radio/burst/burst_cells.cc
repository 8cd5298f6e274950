/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Rows of received and known values. */

#include "radio/burst/burst_cells.h"

#include <algorithm>

namespace gr {
namespace djescc {

burst_cells::burst_cells(const burst_layout& layout)
    : d_layout(layout), d_ofdm(layout), d_known(known_rows() * layout.occupied())
{
    for (size_t row = 0; row < long_rows; row++) {
        std::copy(layout.long_values().begin(),
                  layout.long_values().end(),
                  d_known.begin() + static_cast<std::ptrdiff_t>(row * layout.occupied()));
    }
    for (size_t row = long_rows; row < known_rows(); row++) {
        for (size_t i = 0; i < layout.pilots().size(); i++) {
            d_known[row * layout.occupied() + layout.pilots()[i]] =
                burst_layout::pilot_value(row - long_rows, i);
        }
    }
}

void burst_cells::begin(double offset)
{
    d_phase = {};
    d_phase.offset = offset;
    d_ofdm.set_offset(offset);
}

double burst_cells::time(size_t row) const
{
    if (row < long_rows) {
        return static_cast<double>(2 * d_layout.prefix() + row * d_layout.carriers());
    }
    return static_cast<double>(d_layout.long_samples() + d_layout.prefix() +
                               (row - long_rows) * d_layout.symbol_samples());
}

void burst_cells::read(const gr_complex* long_start, size_t first, size_t count)
{
    d_received.resize((first + count) * d_layout.occupied());
    for (size_t row = first; row < first + count; row++) {
        gr_complex* values = d_received.data() + row * d_layout.occupied();
        d_ofdm.body(long_start + static_cast<std::ptrdiff_t>(time(row)), values);
        djescc::turn_back(values, d_layout.carrier_numbers(), d_phase, time(row));
    }
}

void burst_cells::turn_back(size_t count, const phase_model& model)
{
    for (size_t row = 0; row < count; row++) {
        djescc::turn_back(d_received.data() + row * d_layout.occupied(),
                          d_layout.carrier_numbers(),
                          model,
                          time(row));
    }
    d_phase += model;
}

void burst_cells::set_header(const std::vector<gr_complex>& values)
{
    const auto& data = d_layout.data();
    for (size_t symbol = 0; symbol < d_layout.header_symbols(); symbol++) {
        gr_complex* out = d_known.data() + (long_rows + symbol) * d_layout.occupied();
        for (size_t i = 0; i < data.size(); i++) {
            out[data[i]] = values[symbol * data.size() + i];
        }
    }
}

} // namespace djescc
} // namespace gr

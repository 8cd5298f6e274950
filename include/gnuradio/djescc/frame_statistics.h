/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The counters that every block for frames has, and why frames are dropped. */
#pragma once

#include <cstdint>
#include <gnuradio/djescc/api.h>
#include <map>
#include <string>

namespace gr {
namespace djescc {

/*!
 * \brief What every block that works on frames counts.
 *
 * All getters may be called from any thread while the flowgraph runs.
 *
 * Reasons for which a frame is dropped, as used by dropped() and counters():
 *
 * | reason               | meaning                                                     |
 * |----------------------|-------------------------------------------------------------|
 * | `truncated`          | cut short by the next frame's tag or by the stream's end    |
 * | `stray items`        | a run of items that belong to no frame                      |
 * | `bad packet_len`     | missing, contradictory, no integer, below 1 or above 2^28   |
 * | `bad frame tag`      | missing, no dictionary, or an entry missing or out of range |
 * | `length mismatch`    | packet_len is not width x height x channels                 |
 * | `not finite`         | a NaN or an infinite sample                                 |
 * | `zero power`         | nothing but zeros where the power is to be normalised       |
 * | `wrong shape`        | an image of a shape that the model cannot take              |
 * | `wrong symbol count` | a number of symbols that does not fit the image's shape     |
 * | `foreign model`      | symbols that another model's encoder made                   |
 * | `missing part`       | a part of an image whose earlier parts did not come         |
 * | `wrong side bytes`   | not as many side bytes as the cipher needs                  |
 * | `failed`             | the net threw; the log says what                            |
 *
 * \ingroup djescc
 */
class DJESCC_API frame_statistics
{
public:
    virtual ~frame_statistics() = default;

    //! Frames that began at the input, good or bad.
    virtual uint64_t frames_in() const = 0;

    //! Frames that the block made.
    virtual uint64_t frames_out() const = 0;

    //! Frames dropped for \p reason (see the table above); 0 for a reason that never was.
    virtual uint64_t dropped(const std::string& reason) const = 0;

    //! Frames dropped for any reason.
    virtual uint64_t dropped_total() const = 0;

    //! Every counter by name: `frames_in`, `frames_out`, and `dropped: <reason>` for each
    //! reason that occurred. Model blocks add `batches` and `largest_batch`, jscc_decoder
    //! `outages` where there were any.
    virtual std::map<std::string, uint64_t> counters() const = 0;
};

} // namespace djescc
} // namespace gr

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Numbers for what is sent under a key, none of them ever twice, over restarts too. */
#pragma once

#include <cstdint>
#include <djescc/export.h>
#include <string>

namespace DJESCC_EXPORT djescc {

/*! Counters for what is sent under one key, none of them ever twice.
 *
 *  A counter is the time in microseconds since 1970, or one more than the last counter
 *  where that is larger. So it goes on rising over a restart, and a receiver can tell how
 *  old a header claims to be. That alone would trust the clock; therefore a file beside
 *  the key holds a bound that no counter has reached yet, and a start goes on from there
 *  even when the clock was set back. The file is locked, because two transmitters with
 *  one key on one machine would use counters twice. On two machines only two keys
 *  help. */
class CounterSource
{
public:
    /*! \param path  the file of the bound, made where it is missing (mode 0600)
     *  \throws ConfigError naming \p path: in use, not writable, or damaged */
    explicit CounterSource(const std::string& path);
    ~CounterSource();
    CounterSource(const CounterSource&) = delete;
    CounterSource& operator=(const CounterSource&) = delete;

    /*! \p count consecutive counters that nobody had before.
     *  \return the first of them
     *  \throws Error where a new bound cannot be written, ConfigError for a count of 0 */
    uint64_t take(uint64_t count);

    //! Microseconds since 1970, the clock behind the counters.
    static uint64_t now();

private:
    void reserve(uint64_t bound);

    std::string d_path;
    int d_file;
    uint64_t d_next = 0;
    uint64_t d_bound = 0;
};

} // namespace djescc

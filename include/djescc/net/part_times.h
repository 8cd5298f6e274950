/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How long the parts of a net take, for `djescc bench`. */
#pragma once

#include <chrono>
#include <cstdint>
#include <djescc/export.h>
#include <string>
#include <vector>

namespace DJESCC_EXPORT djescc {

//! What one part has taken so far.
struct PartTime {
    std::string part;
    int64_t pictures = 0;
    double seconds = 0; //!< by the clock on the wall
};

/*! Adds up what parts take, in all threads of the process together, while it lives. There
 *  is one at most. Without one a PartTimer looks at a flag and does nothing. */
class PartTimes
{
public:
    //! \throws ConfigError where another one lives
    PartTimes();
    ~PartTimes();
    PartTimes(const PartTimes&) = delete;
    PartTimes& operator=(const PartTimes&) = delete;

    //! In the order in which the parts first ended.
    std::vector<PartTime> times() const;
};

//! Times one part, from where it stands to the end of its scope.
class PartTimer
{
public:
    /*! \param part      its name; lives as long as the timer
     *  \param pictures  that it works on */
    explicit PartTimer(const char* part, int64_t pictures = 1);
    ~PartTimer();
    PartTimer(const PartTimer&) = delete;
    PartTimer& operator=(const PartTimer&) = delete;

private:
    const char* d_part; //!< null where nobody adds up
    int64_t d_pictures;
    std::chrono::steady_clock::time_point d_start;
};

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How far long work has come, on standard output. */
#pragma once

#include <chrono>
#include <string>

/*! Progress on standard output: a bar that is redrawn where that is a terminal, otherwise
 *  a plain line every half minute, so that a log stays readable. */
class Progress
{
public:
    Progress();
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /*! \param fraction  of the work that is done, from 0 to 1
     *  \param text      shown beside it */
    void update(double fraction, const std::string& text);

    //! As update(), for work without an end: the text alone.
    void show(const std::string& text);

    //! Prints a line that stays.
    void line(const std::string& text);

    //! Removes the bar. Nothing where there is none.
    void clear();

private:
    using Clock = std::chrono::steady_clock;

    bool d_terminal;
    bool d_drawn = false;
    Clock::time_point d_last_line;
};

//! "45 s", "12:34" or "1:23:45".
std::string format_duration(double seconds);

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Draws a progress bar on a terminal, or writes a line now and then elsewhere.

#include "progress.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace {

constexpr std::chrono::seconds line_interval{ 30 };
constexpr int bar_width = 24;
constexpr int fallback_columns = 80;

int terminal_columns()
{
    struct winsize size = {};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return fallback_columns;
}

std::string percent(double fraction)
{
    std::ostringstream text;
    text << std::setw(3) << static_cast<int>(100 * fraction) << " %";
    return text.str();
}

} // namespace

Progress::Progress()
    : d_terminal(isatty(STDOUT_FILENO) != 0), d_last_line(Clock::now() - line_interval)
{
}

Progress::~Progress() { clear(); }

void Progress::update(double fraction, const std::string& text)
{
    fraction = std::clamp(fraction, 0.0, 1.0);
    if (!d_terminal) {
        show(percent(fraction) + "  " + text);
        return;
    }
    const int filled = static_cast<int>(std::lround(fraction * bar_width));
    show('[' + std::string(filled, '=') + std::string(bar_width - filled, ' ') + "] " +
         percent(fraction) + "  " + text);
}

void Progress::show(const std::string& text)
{
    if (d_terminal) {
        // a line that wraps could not be redrawn
        const std::string cut = text.substr(0, terminal_columns() - 1);
        std::cout << '\r' << cut << "\033[K" << std::flush;
        d_drawn = true;
    } else if (Clock::now() - d_last_line >= line_interval) {
        line(text);
    }
}

void Progress::line(const std::string& text)
{
    clear();
    std::cout << text << std::endl;
    d_last_line = Clock::now();
}

void Progress::clear()
{
    if (d_drawn)
        std::cout << "\r\033[K" << std::flush;
    d_drawn = false;
}

std::string format_duration(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return "?";
    const auto total = static_cast<long long>(std::llround(seconds));
    if (total < 60)
        return std::to_string(total) + " s";
    std::ostringstream text;
    text << std::setfill('0');
    if (total < 3600)
        text << total / 60;
    else
        text << total / 3600 << ':' << std::setw(2) << total / 60 % 60;
    text << ':' << std::setw(2) << total % 60;
    return text.str();
}

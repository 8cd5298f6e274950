/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A polite end at Ctrl-C: the first one asks, the second one ends at once. */
#pragma once

#include <csignal>

/*! While it lives, the first Ctrl-C (or SIGTERM) only asks the program to stop, and the
 *  second ends it at once with exit code 130. One at a time. */
class Interrupt
{
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    //! Whether somebody asked to stop. May be called from any thread.
    bool requested() const;

private:
    struct sigaction d_previous_interrupt;
    struct sigaction d_previous_terminate;
};

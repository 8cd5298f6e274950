/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Catches Ctrl-C and SIGTERM while long work goes on.

#include "interrupt.h"

#include "exit_code.h"
#include <atomic>
#include <unistd.h>

namespace {

// A signal handler can reach nothing but statics.
std::atomic<int> signal_count{ 0 };
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler must not lock");

void on_signal(int)
{
    if (signal_count.fetch_add(1) > 0)
        _exit(exit_code::interrupted);
}

} // namespace

Interrupt::Interrupt()
{
    signal_count = 0;
    struct sigaction action = {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART; // files that are being written stay whole
    sigaction(SIGINT, &action, &d_previous_interrupt);
    sigaction(SIGTERM, &action, &d_previous_terminate);
}

Interrupt::~Interrupt()
{
    sigaction(SIGINT, &d_previous_interrupt, nullptr);
    sigaction(SIGTERM, &d_previous_terminate, nullptr);
}

bool Interrupt::requested() const { return signal_count > 0; }

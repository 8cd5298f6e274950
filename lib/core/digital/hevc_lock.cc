/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Holds the lock around HEVC's libraries.

#include "digital/hevc_lock.h"

namespace djescc {

std::mutex& hevc_libraries_lock()
{
    static std::mutex lock;
    return lock;
}

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The lock around what HEVC's libraries do not do for two threads at once. */
#pragma once

#include <mutex>

namespace djescc {

//! Held while an encoder or decoder is made or destroyed: both libraries set up tables
//! of the whole process then.
std::mutex& hevc_libraries_lock();

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The bounds on threads, batches and memory that the blocks with nets share. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <djescc/net/device.h>
#include <string>

namespace gr {
namespace djescc {

/*! The arguments that the four model blocks share.
 *  \throws djescc::ConfigError for \p threads out of range */
::djescc::RuntimeOptions runtime_options(const std::string& device, int threads);

//! \p max_batch as a size.
//! \throws djescc::ConfigError where it is out of range
size_t checked_max_batch(int max_batch);

/*! Most scalars of images in one batch: the maps inside the nets are many times as large
 *  as the images. On the CPU large images gain nothing from batches anyway. */
size_t batch_item_limit(const ::djescc::RuntimeOptions& options);

/*! After a batch of large photographs, return the memory that the net's maps took and
 *  that the allocator keeps for the next ones: four nets in a row would keep a gibibyte
 *  that they cannot share. Smaller batches come often, and keeping is faster there.
 *  \param batch_items  scalars in the batch */
void release_freed_memory(int64_t batch_items);

} // namespace djescc
} // namespace gr

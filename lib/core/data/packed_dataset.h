/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures of a packed file to train on. */
#pragma once

#include <djescc/data/dataset.h>

namespace djescc {

/*! A file that pack_dataset() made, memory-mapped.
 *  \throws ImageError for a file that is missing, of another kind, or damaged */
std::unique_ptr<Dataset> open_packed_dataset(const std::string& path, int64_t limit);

} // namespace djescc

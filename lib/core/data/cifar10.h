/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  CIFAR-10 as pictures to train on. */
#pragma once

#include <djescc/data/dataset.h>

namespace djescc {

/*! CIFAR-10 in its binary version (Krizhevsky 2009): records of one label byte and 32x32
 *  red, green, blue planes.
 *  \param files  one or more record files, read whole
 *  \param limit  use the first so many images; 0: all
 *  \throws ImageError for a file that is missing or not a whole number of records */
std::unique_ptr<Dataset> open_cifar10(const std::vector<std::string>& files,
                                      int64_t limit);

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The kinds of data that Dataset::open() knows beside folders, and a crop of one
 *  picture. */
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

/*! Names of the classes of what Dataset::open() makes of \p config, by their numbers;
 *  none where the pictures have no classes, or the classes no names. */
std::vector<std::string> class_names(const nlohmann::json& config);

/*! A file that pack_dataset() made, memory-mapped.
 *  \throws ImageError for a file that is missing, of another kind, or damaged */
std::unique_ptr<Dataset> open_packed_dataset(const std::string& path, int64_t limit);

/*! The side x side crop of a 3 x H x W uint8 image that \p choice asks for; a smaller
 *  image is padded by repeating its edge. */
torch::Tensor
take_crop(const torch::Tensor& image, const CropChoice& choice, int64_t side);

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Pictures in the form that a cipher is measured with. */
#pragma once

#include <cstdint>
#include <string>
#include <torch/types.h>

//! The centre square of a picture file, scaled; 1 x channels x size x size, 8-bit levels.
torch::Tensor square_picture(const std::string& file, int64_t channels, int64_t size);

/*! The pictures of a folder, file or glob in tiles; N x channels x size x size.
 *  \throws djescc::ImageError where none is large enough */
torch::Tensor picture_tiles(const std::string& input, int64_t channels, int64_t size);

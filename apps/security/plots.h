/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Histograms and scatter plots for reports. */
#pragma once

#include <string>
#include <torch/types.h>

/*! SVG of the histogram of 256 levels as vertical bars.
 *  \param counts  256 int64 */
std::string histogram_svg(const torch::Tensor& counts, const std::string& title);

/*! Picture of how often pairs of neighbours' values occur: first value to the right,
 *  second one upwards, darker is more often; 3 x 256 x 256.
 *  \param pairs  2 x n in [0, 1] */
torch::Tensor scatter_picture(const torch::Tensor& pairs);

//! \p text with &, <, > and quotes written for HTML and SVG.
std::string escape_markup(const std::string& text);

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What image encryption papers measure of cipher images. Such figures show that a cipher
 *  image looks random; none of them shows that a cipher is secure.
 */
#pragma once

#include <array>
#include <cstdint>
#include <djescc/export.h>
#include <string>
#include <torch/types.h>
#include <vector>

namespace DJESCC_EXPORT djescc {

//! How cipher images of float values become 8-bit ones before they are measured.
enum class Quantiser {
    full_range, //!< round(255 p): [0, 1] to 0 ... 255
    stretched,  //!< each image's smallest value to 0, its largest to 255
};

//! "round(255 p)", "each image's range to 0..255".
std::string describe(Quantiser quantiser);

/*! 8-bit levels, int64, of the shape of \p images (values in [0, 1]). Pairs that are to
 *  be compared must be stretched together: pass \p like, whose range is then used. */
torch::Tensor quantise(const torch::Tensor& images,
                       Quantiser quantiser,
                       const torch::Tensor& like = {});

//! Share of values that differ at all, 0 to 1 (number of pixels change rate).
double npcr(const torch::Tensor& a, const torch::Tensor& b);

//! Mean of |a - b| / full_scale, 0 to 1 (unified averaged changed intensity).
double uaci(const torch::Tensor& a, const torch::Tensor& b, double full_scale = 255);

/*! Bounds for 8-bit cipher images at a significance level: Wu, Noonan and Agaian, "NPCR
 *  and UACI Randomness Tests for Image Encryption" (2011). */
struct DifferenceBounds {
    double smallest_npcr;               //!< the test passes above it
    double smallest_uaci, largest_uaci; //!< and strictly between these
};

//! \param values  number of values of an image
//! \param significance  0.05, 0.01, ...
DifferenceBounds difference_bounds(int64_t values, double significance = 0.05);

//! Shannon entropy of 8-bit levels in bits, at most 8.
double entropy(const torch::Tensor& levels);

//! Numbers of each of the 256 levels, int64.
torch::Tensor level_histogram(const torch::Tensor& levels);

//! Pearson's test of 256 levels against the uniform distribution.
struct ChiSquareTest {
    double statistic;   //!< 255 degrees of freedom
    double probability; //!< of a statistic at least as large, where it is uniform
};
ChiSquareTest chi_square_uniform(const torch::Tensor& levels);

//! Where the second pixel of a pair of neighbours lies.
enum class Direction { horizontal, vertical, diagonal };
inline constexpr std::array<Direction, 3> all_directions{ Direction::horizontal,
                                                          Direction::vertical,
                                                          Direction::diagonal };
std::string to_string(Direction direction);

/*! Values of neighbours: 2 x pairs float64, of all channels of C x H x W.
 *  \param pairs  drawn with \p seed with replacement; 0: every pair there is */
torch::Tensor adjacent_pairs(const torch::Tensor& image,
                             Direction direction,
                             int64_t pairs = 0,
                             uint64_t seed = 1);

//! Pearson's correlation coefficient of two rows; 0 where one of them is constant.
double correlation(const torch::Tensor& pairs);

/*! \p images (N x C x H x W) with a rectangle of about \p share of the area set to 0.
 *  \param row, column  where in the free room it lies, 0 (top, left) to 1 */
torch::Tensor
occlude(const torch::Tensor& images, double share, double row, double column);

/*! \p images with \p share of the values replaced by 0 or 1 with equal chance, as where a
 *  stored picture has salt and pepper noise. */
torch::Tensor
salt_and_pepper(const torch::Tensor& images, double share, uint64_t seed = 1);

} // namespace djescc

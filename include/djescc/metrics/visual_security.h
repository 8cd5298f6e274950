/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How much of a picture a person still sees in its protected version. */
#pragma once

#include <cstdint>
#include <djescc/export.h>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

//! Smallest height and width of images that visual_security() takes, in pixels.
inline constexpr int64_t smallest_scored_side = 8;

/*! Local colour and edge score (LCES) of each image: how much of a picture a person can
 *  no longer see in a changed version of it. 0: all of it is there; 1: nothing is.
 *
 *  LCES = 1 - (colour + course + strength) / 3, where each feature is what can still be
 *  seen, from 0 to 1, the mean over the image and its halvings (2 x 2 means, as long as
 *  the shorter side has at least 16 pixels). With K = 1/255^2, the square of one 8-bit
 *  level, and the concordance coefficient (Lin 1989)
 *    rho(a, b) = (2 cov(a, b) + K) / (var a + var b + |mean a - mean b|^2 + K), not
 *  under 0, of all channels together, each around its own mean:
 *  - colour: rho of the means over 4 x 4 pixels;
 *  - course of edges: of windows of 8 x 8 pixels, every 4 pixels, the mean of
 *    [(2 |<g, h>| + K) / (<g, g> + <h, h> + K)]^2 with weights sqrt(<g, g> + K); g and h
 *    are the picture's and the version's differences between neighbours, to the right and
 *    downwards, of all channels, and <,> is the mean over the window;
 *  - strength of edges: rho of sqrt(<g, g>) and sqrt(<h, h>) over the windows.
 *
 *  Edges count whatever their sign, colours as they are: a negative scores 1/3. It is a
 *  measure of this project's own, and not comparable with LFBVS (Tong et al. 2010), which
 *  papers print. Like every such figure it says what eyes see, not what can be computed:
 *  docs/security-metrics.md.
 *
 *  \param images, references  versions and pictures, N x C x H x W in [0, 1] (clamped), H
 *                             and W at least smallest_scored_side
 *  \return N float32 values
 *  \throws ImageError for images of different or smaller sizes */
torch::Tensor visual_security(const torch::Tensor& images,
                              const torch::Tensor& references);

} // namespace djescc

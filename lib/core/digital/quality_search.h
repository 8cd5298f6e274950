/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The search for the best quality whose bytes fit. */
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

namespace djescc {

//! What a search needs to know of a coder and a picture.
struct QualitySearch {
    int least = 0;             //!< qualities of the coder
    int most = 0;              //!< more quality takes more bytes, by and large
    int guess = 0;             //!< where to begin
    double octave = 1;         //!< about how much more quality doubles the bytes
    std::size_t max_bytes = 0; //!< what there may be
    int trials = 1;            //!< no more, once something fits that is not far off
    double enough = 1;         //!< stops at this share of max_bytes
};

/*! Looks for the largest quality that takes at most QualitySearch::max_bytes, by secants
 *  of the bytes' logarithm over the quality.
 *  \param size_at  codes the picture at a quality and gives the bytes it takes
 *  \return the largest quality seen that fits; nothing where the least does not */
std::optional<int> find_quality(const QualitySearch& search,
                                const std::function<std::size_t(int quality)>& size_at);

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The gain that all carriers have in common, as it moves. */
#pragma once

#include <complex>
#include <vector>

namespace gr {
namespace djescc {

/*! Smooths the common gain of successive OFDM symbols that their pilots show: phase
 *  noise, slow fading and steps of the amplifier's gain, beside the model of a channel
 *  that stands still.
 *
 *  The gain is a random walk from 1, seen in white noise; a Kalman filter and the
 *  smoother of Rauch, Tung and Striebel (1965) estimate it from all symbols. The walk's
 *  variance is the most likely of a few, none among them, so that where nothing moves
 *  nothing is tracked.
 *
 *  \param seen  gain seen at each symbol
 *  \param noise  variance of what is seen, above 0; infinite for a symbol of no use
 *  \param lead  symbols that lie between the channel's estimate and the first symbol
 *  \return the estimates */
std::vector<std::complex<float>> track_gain(const std::vector<std::complex<float>>& seen,
                                            const std::vector<float>& noise,
                                            double lead);

} // namespace djescc
} // namespace gr

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The logistic map's sequences and orders, which cipher `ednn` scrambles by. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace djescc {

/*! r_1, ..., r_count of the logistic map r_{d+1} = (mu * r_d) * (1 - r_d) in IEEE double
 *  precision, in exactly this order of operations and without fused multiply-add: the map
 *  is chaotic, so any other rounding gives another sequence after some fifty steps.
 *  \param start  r_0 in (0, 1), not part of the result
 *  \param mu     in (0, 4] */
std::vector<double> logistic_sequence(double start, double mu, std::size_t count);

/*! Row order of the EDNN paper's scrambled matrices: the stable argsort of
 *  logistic_sequence(). Element i says which row comes i-th. */
std::vector<int64_t> logistic_order(double start, double mu, std::size_t count);

} // namespace djescc

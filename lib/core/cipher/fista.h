/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Nesterov's momentum for the decoders of cipher `ednn`. */
#pragma once

#include <torch/types.h>
#include <vector>

namespace djescc {

/*! Nesterov's momentum as in FISTA (Beck and Teboulle, 2009), for a batch of problems,
 *  optionally restarted problem by problem (O'Donoghue and Candes, 2015). */
class FistaMomentum
{
public:
    //! \param start  N x h x w, the first iterate
    FistaMomentum(const torch::Tensor& start, bool restart);

    //! z, where the next gradient is to be taken; the caller must not change it.
    const torch::Tensor& point() const { return d_point; }
    //! x, the newest iterate.
    const torch::Tensor& iterate() const { return d_iterate; }
    //! Take the result of the gradient step from point(), which is kept.
    void advance(const torch::Tensor& next);
    //! Largest change of a value in the last advance().
    double last_change() const;

private:
    void restart_where_needed(const torch::Tensor& next);

    torch::Tensor d_point, d_iterate, d_step;
    std::vector<double> d_t; //!< of each problem
    bool d_restart;
};

} // namespace djescc

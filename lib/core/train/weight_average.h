/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The exponential moving average of a net's weights, and its turn in their place. */
#pragma once

#include "train/freezing.h"
#include <cstddef>
#include <cstdint>
#include <torch/types.h>
#include <vector>

namespace djescc {

/*! Exponential moving average of a net's weights, which is better than the last weights
 *  where the learning rate is still high: average += (1 - decay) (weights - average),
 *  with a smaller decay in the first steps, min(decay, (1 + step) / (10 + step)). */
class WeightAverage
{
public:
    /*! \param weights  their values now are the average's first; what batch normalisation
     *                  has counted belongs to them (normalization_statistics()) */
    WeightAverage(std::vector<torch::Tensor> weights, double decay);

    //! Take the weights of step \p step into account.
    void update(int64_t step);

    //! Begin anew from what the weights are now, for those from \p first on.
    void restart(std::size_t first);

    //! Exchange the weights and the average.
    void swap();

    //! For checkpoints; in the order of the weights.
    const std::vector<torch::Tensor>& averages() const { return d_averages; }
    std::vector<torch::Tensor>& averages() { return d_averages; }

private:
    std::vector<torch::Tensor> d_weights, d_averages;
    double d_decay;
};

/*! Means and variances that the nets' layers of batch normalisation have counted. Those
 *  of the last weights do not fit averaged weights, so they are averaged too. */
std::vector<torch::Tensor> normalization_statistics(const NamedNets& nets);

/*! Holds the average in the weights' place as long as it lives. */
class AveragedWeights
{
public:
    //! \param average  null: nothing to do
    explicit AveragedWeights(WeightAverage* average) : d_average(average)
    {
        if (d_average)
            d_average->swap();
    }
    ~AveragedWeights()
    {
        if (d_average)
            d_average->swap();
    }
    AveragedWeights(const AveragedWeights&) = delete;
    AveragedWeights& operator=(const AveragedWeights&) = delete;

private:
    WeightAverage* d_average;
};

} // namespace djescc

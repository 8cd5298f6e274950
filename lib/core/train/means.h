/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Means over training steps that add up on the device, so that a GPU need not wait. */
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <torch/types.h>

namespace djescc {

//! Mean of the scalars that were added; NaN before the first.
class Mean
{
public:
    //! An undefined tensor does not count.
    void add(const torch::Tensor& value)
    {
        if (!value.defined())
            return;
        d_sum = d_count++ ? d_sum + value.detach() : value.detach().clone();
    }
    double value() const
    {
        return d_count ? d_sum.item<double>() / static_cast<double>(d_count)
                       : std::numeric_limits<double>::quiet_NaN();
    }
    int64_t count() const { return d_count; }

    // For checkpoints: a float's sum survives the way through a double unchanged.
    nlohmann::json state() const
    {
        return { d_count ? d_sum.item<double>() : 0.0, d_count };
    }
    void set_state(double sum, int64_t count, torch::Device device)
    {
        d_count = count;
        d_sum = torch::tensor(sum, torch::kFloat32).to(device);
    }

private:
    torch::Tensor d_sum;
    int64_t d_count = 0;
};

//! Means by name.
using NamedMeans = std::map<std::string, Mean>;

inline void add(NamedMeans& means, const std::map<std::string, torch::Tensor>& values)
{
    for (const auto& [name, value] : values)
        means[name].add(value);
}

} // namespace djescc

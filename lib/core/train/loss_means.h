/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "train/djescc_loss.h"
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <torch/types.h>

namespace djescc {

//! Means of the loss and its parts over the steps that were added.
class LossMeans
{
public:
    void add(const LossParts& parts)
    {
        d_total.add(parts.total);
        d_distortion.add(parts.distortion);
        d_features.add(parts.features);
        d_structure.add(parts.structure);
        d_ssim.add(parts.ssim);
        d_contrast.add(parts.contrast);
        d_wrong_key.add(parts.wrong_key);
    }
    double total() const { return d_total.mean(); }
    // For checkpoints: a float's sum survives the way through a double unchanged.
    nlohmann::json total_state() const
    {
        return { d_total.count ? d_total.sum.item<double>() : 0.0, d_total.count };
    }
    void set_total_state(const nlohmann::json& state, torch::Device device)
    {
        d_total.count = state.at(1).get<int64_t>();
        d_total.sum =
            torch::tensor(state.at(0).get<double>(), torch::kFloat32).to(device);
    }
    double distortion() const { return d_distortion.mean(); }
    double features() const { return d_features.mean(); }
    double structure() const { return d_structure.mean(); }
    double ssim() const { return d_ssim.mean(); }
    double contrast() const { return d_contrast.mean(); }
    double wrong_key() const { return d_wrong_key.mean(); }

private:
    // Adds on the device, so that a GPU need not wait for the host.
    struct Mean {
        torch::Tensor sum;
        int64_t count = 0;
        void add(const torch::Tensor& value)
        {
            if (!value.defined())
                return;
            sum = count++ ? sum + value.detach() : value.detach().clone();
        }
        double mean() const
        {
            return count ? sum.item<double>() / static_cast<double>(count)
                         : std::numeric_limits<double>::quiet_NaN();
        }
    };
    Mean d_total, d_distortion, d_features, d_structure, d_ssim, d_contrast, d_wrong_key;
};

} // namespace djescc

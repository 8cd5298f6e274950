/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The pairs of plain images and what is seen of them that an attacker learns from. */
#pragma once

#include <cstdint>
#include <djescc/attack/inverse_net.h>
#include <utility>
#include <vector>

namespace djescc {

//! The known pairs of an InverseNet.
class KnownPairs
{
public:
    //! \param data, observe  must live as long
    KnownPairs(const Dataset& data,
               const Observation& observe,
               const InverseNetOptions& options);

    /*! Plain images and what is seen of them, each N x C x H x W float32, on the device.
     *  \param pairs   their numbers; beyond the set's size: crops at random places
     *  \param number  of the batch: other numbers, other noise
     *  \throws ConfigError for observations of another shape than the plain images */
    std::pair<torch::Tensor, torch::Tensor> batch(const std::vector<int64_t>& pairs,
                                                  uint64_t number) const;

private:
    CropChoice place(int64_t pair) const;

    const Dataset& d_data;
    const Observation& d_observe;
    int64_t d_crop;
    uint64_t d_seed;
    torch::Device d_device;
};

} // namespace djescc

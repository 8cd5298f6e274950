/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The inverse-transformation attack: what somebody learns who knows pictures together
 *  with what the provider sees of them. */
#pragma once

#include <ATen/core/Generator.h>
#include <cstdint>
#include <djescc/data/dataset.h>
#include <djescc/export.h>
#include <functional>
#include <memory>
#include <string>
#include <torch/types.h>
#include <vector>

namespace DJESCC_EXPORT djescc {

class AttackerNet;

//! How far the training of an InverseNet is.
struct InverseNetProgress {
    double fraction = 0; //!< of the work, 0 to 1
    int64_t step = 0;    //!< optimiser steps done; 0 while the linear part is fitted
    double loss = 0;     //!< mean squared error of the newest batch
};

struct InverseNetOptions {
    int64_t pairs = 0; //!< known pictures; 0: as many as the data set has
    int64_t crop = 0;  //!< side of the pictures' crops; 0: whole images
    /*! Side of the blocks, in pixels, that the linear part undoes one by one; a cipher
     *  that works on blocks falls best with its own. */
    int64_t block = 4;
    std::vector<int64_t> widths{ 16, 32, 64 }; //!< filters of the U-Net's levels
    //! Makes what is trained, after the seed is set; null: a U-Net.
    std::function<std::shared_ptr<AttackerNet>()> make_net{};
    //! Whether what is seen are values in [0, 1], whose logits may tell more than they.
    bool images = true;
    int64_t steps = 2000;
    int64_t batch = 64;
    double learning_rate = 2e-3; //!< Adam; falls to zero along a cosine
    uint64_t seed = 1;
    std::string device = "auto";
    int threads = 1; //!< CPU threads
    /*! Run directory for log.csv and checkpoint.pt; empty: nothing is written. With
     *  `resume` the U-Net goes on from there; the linear part is fitted anew, and comes
     *  out the same. */
    std::string output;
    bool resume = false;
    //! Asked after every batch; true ends the training, and what was learnt is used.
    std::function<bool()> stop_requested;
    //! Called after every batch.
    std::function<void(const InverseNetProgress&)> progress;
};

/*! What the attacker sees of plain images, N x C x H x W in [0, 1], on the same device:
 *  protected or decoded images of the same shape, or symbols_as_image(). The generator is
 *  for the channel's noise. */
using Observation =
    std::function<torch::Tensor(const torch::Tensor& plain, at::Generator generator)>;

/*! The inverse-transformation attack: somebody knows pictures together with what the
 *  provider sees of them, and learns to see others.
 *
 *  The DJESCC paper names the attack (footnote 2) without giving a net. Here it has two
 *  parts: a ridge regression for every block of the image, which finds masks and keys
 *  that are the same in every picture, from the observed values and their logits (from
 *  their bits where all values are whole 8-bit levels and a GiB holds them); and a U-Net
 *  on top of it and of the observation, trained on the mean squared error, which finds
 *  what is not linear. In its place may be another net (InverseNetOptions::make_net).
 *  Noise is drawn anew at every step, as if each known picture were sent again.
 *
 *  The same seed gives the same net on one machine's CPU with one number of threads.
 */
class InverseNet
{
public:
    /*! Train on pairs: the data set's images, centre crops; where \p options wants more
     *  pairs than there are images, more crops of them at random places.
     *  \throws ConfigError for options out of range, images that are not a multiple of
     *          blocks and of the U-Net's poolings, observations of another shape, more
     *          pairs than whole images; DeviceError; ImageError */
    InverseNet(const Dataset& known,
               const Observation& observe,
               const InverseNetOptions& options);
    ~InverseNet();
    InverseNet(InverseNet&&) noexcept;
    InverseNet& operator=(InverseNet&&) noexcept;

    //! Observations, N x C x H x W of the size trained on, to plain images in [0, 1].
    torch::Tensor recover(const torch::Tensor& observed) const;
    //! The same by the linear part alone.
    torch::Tensor recover_linearly(const torch::Tensor& observed) const;

    //! Mean of the known pictures, 1 x C x H x W: what there is to say without looking.
    const torch::Tensor& mean_image() const;
    int64_t pairs() const;      //!< known pairs
    int64_t steps() const;      //!< optimiser steps done
    int64_t parameters() const; //!< of the net

private:
    struct Parts;
    class Training;
    std::unique_ptr<Parts> d_parts;
};

} // namespace djescc

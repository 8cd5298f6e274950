/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <string>
#include <torch/nn/module.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

namespace djescc {

/*! h of the DJESCC loss: VGG16 with batch normalisation (Simonyan and Zisserman 2015),
 *  cut after one of its blocks' last ReLU.
 *
 *  Block b has 2, 2, 3, 3, 3 convolutions 3x3 of 64, 128, 256, 512, 512 filters, each
 *  with batch normalisation and ReLU; 2x2 max pooling between blocks. Input images are
 *  normalised with the ImageNet statistics that VGG is used with. Weights are random (He)
 *  until loaded; the net is frozen in the loss.
 *
 *  N x 3 x H x W in [0, 1] to N x C x H/2^(b-1) x W/2^(b-1).
 */
class Vgg16FeaturesImpl : public torch::nn::Module
{
public:
    //! \param blocks  1 to 5
    explicit Vgg16FeaturesImpl(int64_t blocks);
    torch::Tensor forward(const torch::Tensor& images);
    int64_t channels() const { return d_channels; } //!< C

private:
    int64_t d_channels = 3;
    torch::nn::Sequential d_features;
    torch::Tensor d_mean, d_deviation;
};
TORCH_MODULE(Vgg16Features);

/*! Weights of as many blocks as `net` has, from a file that `djescc train` wrote; it may
 *  hold more.
 *  \param asked_by  the configuration's key that says how many blocks, for the message
 *  \throws ModelError where the file lacks some, or cannot be read */
void load_features(Vgg16FeaturesImpl& net,
                   const std::string& path,
                   const std::string& asked_by);

} // namespace djescc

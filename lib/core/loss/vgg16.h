/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  VGG16 with batch normalisation: its convolutions, which the feature loss looks
 *  through, and the classifier made of them. */
#pragma once

#include <djescc/loss/classifier.h>
#include <string>
#include <torch/nn/module.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>
#include <vector>

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
    //! What the last block gives.
    torch::Tensor forward(const torch::Tensor& images);
    //! What block \p block gives, 1 to blocks().
    torch::Tensor forward_to(const torch::Tensor& images, int64_t block);
    int64_t channels() const { return d_channels; } //!< C after the last block
    int64_t blocks() const { return static_cast<int64_t>(d_ends.size()); }

private:
    int64_t d_channels = 3;
    torch::nn::Sequential d_features;
    std::vector<std::size_t> d_ends; // layers up to the end of each block
    torch::Tensor d_mean, d_deviation;
};
TORCH_MODULE(Vgg16Features);

/*! VGG16's convolutions with batch normalisation (Simonyan and Zisserman 2015), the mean
 *  over what is left of the image, one linear layer. */
class Vgg16Classifier : public Classifier
{
public:
    //! \param blocks  1 to 5
    Vgg16Classifier(int64_t blocks, int64_t class_count);
    torch::Tensor logits(const torch::Tensor& images) override;
    torch::Tensor features(const torch::Tensor& images, int64_t block) override;
    int64_t blocks() const override { return d_vgg->blocks(); }
    int64_t class_count() const override;
    int64_t smallest_side() const override; //!< what the poolings leave a pixel of
    nlohmann::json config() const override;

    //! The net without its head, as features.safetensors holds it.
    Vgg16Features& convolutions() { return d_vgg; }

private:
    Vgg16Features d_vgg;
    torch::nn::Linear d_head;
};

/*! Weights of as many blocks as `net` has, from a file that `djescc train` wrote; it may
 *  hold more.
 *  \param asked_by  the configuration's key that says how many blocks, for the message
 *  \throws ModelError where the file lacks some, or cannot be read */
void load_features(Vgg16FeaturesImpl& net,
                   const std::string& path,
                   const std::string& asked_by);

} // namespace djescc

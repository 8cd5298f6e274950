/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The layers that encoder and decoder of codec `arjscc` share, and its linear start.
#pragma once

#include "codec/block_code.h"
#include <array>
#include <cstdint>
#include <string>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

// A namespace of its own, since the codec shares its layers' names with other codecs.
namespace djescc::arjscc {

// Of the linear start: what ReLU lets through of a feature of deviation 1, and what an
// SNR module starts with.
inline constexpr double shift = 3, initial_scale = 0.5;

//! How channels are grouped.
struct Groups {
    int64_t channels, count, fixed;

    int64_t selectable() const { return count - fixed; }
    //! Complex symbols of a group at each place.
    int64_t symbols() const { return channels / count / 2; }
};

/*! Pooled features and the SNR: N x C + 1. */
torch::Tensor context_of(const torch::Tensor& features, const torch::Tensor& snr_db);

/*! SNR module: features N x C x H x W times a scale in (0, 1) plus a shift, one of each
 *  for a channel, from the channels' means and the SNR by two dense nets C + 1 to C ReLU
 *  to C. */
class SnrModuleImpl : public torch::nn::Module
{
public:
    explicit SnrModuleImpl(int64_t width)
        : d_scale{ dense("scale1", width + 1, width), dense("scale2", width, width) }
        , d_shift{ dense("shift1", width + 1, width), dense("shift2", width, width) }
    {
    }

    //! Nearly half of each feature.
    void initialize_as_constant()
    {
        const torch::NoGradGuard no_grad;
        for (auto& last : { d_scale[1], d_shift[1] }) {
            last->weight.mul_(initial_noise);
            last->bias.zero_();
        }
    }

    torch::Tensor forward(const torch::Tensor& features, const torch::Tensor& snr_db)
    {
        const auto context = context_of(features, snr_db);
        const auto through = [&](std::array<torch::nn::Linear, 2>& net) {
            return net[1](torch::relu(net[0](context))).unsqueeze(-1).unsqueeze(-1);
        };
        return features * torch::sigmoid(through(d_scale)) + through(d_shift);
    }

private:
    torch::nn::Linear dense(const std::string& name, int64_t in, int64_t out)
    {
        return register_module(name, torch::nn::Linear(in, out));
    }

    std::array<torch::nn::Linear, 2> d_scale, d_shift;
};
TORCH_MODULE(SnrModule);

//! A convolution of odd kernel without a bias; one of 3x3 pads its input.
torch::nn::Conv2d convolution(int64_t in, int64_t out, int64_t kernel, int64_t stride);

/*! x plus 3x3, batch normalisation, ReLU, 3x3, batch normalisation of it; then the SNR
 *  module. */
class AdaptiveBlockImpl : public torch::nn::Module
{
public:
    explicit AdaptiveBlockImpl(int64_t width)
        : d_first(register_module("first", convolution(width, width, 3, 1)))
        , d_second(register_module("second", convolution(width, width, 3, 1)))
        , d_first_norm(register_module("norm1", torch::nn::BatchNorm2d(width)))
        , d_second_norm(register_module("norm2", torch::nn::BatchNorm2d(width)))
        , d_snr(register_module("snr", SnrModule(width)))
    {
    }

    //! Half of what comes in.
    void initialize_as_gain()
    {
        const torch::NoGradGuard no_grad;
        d_second_norm->weight.zero_();
        d_snr->initialize_as_constant();
    }

    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& snr_db)
    {
        const auto inner = torch::relu(d_first_norm(d_first(x)));
        return d_snr(x + d_second_norm(d_second(inner)), snr_db);
    }

private:
    torch::nn::Conv2d d_first, d_second;
    torch::nn::BatchNorm2d d_first_norm, d_second_norm;
    SnrModule d_snr;
};
TORCH_MODULE(AdaptiveBlock);

/*! The linear start. The first layers' features are pixels and then components of 4x4
 *  blocks, each normalised to a deviation of 1 and moved up so that ReLU passes it. */
struct LinearCode {
    LinearCode(const BlockTransform& transform, int64_t width, int64_t channels)
        : count(std::min({ width, transform.basis.size(1) }))
        , basis(transform.basis)
        , deviation(transform.deviation.slice(0, 0, count))
    {
        const auto sent = deviation.slice(0, 0, std::min(channels, count));
        power = sent.mean();
        const auto received = 0.5 * deviation / power; // real dimensions of power 1/2
        wiener = received / (received + initial_noise_power);
    }

    int64_t count;
    torch::Tensor basis, deviation, power, wiener;
};

//! Features that carry a value: what ReLU must not cut.
void let_through(torch::nn::BatchNorm2d& norm, int64_t features);

//! Taps of a 3x3 kernel of stride 2 that cover its own 2x2 block: the last two.
torch::Tensor own_block(const torch::Tensor& kernel);

//! From colours to the 12 values of 2x2 blocks: 12 x 3 x 2 x 2.
torch::Tensor pixel_taps();

//! From those to components of 4x4 blocks: count x 12 x 2 x 2.
torch::Tensor component_taps(const LinearCode& code);

} // namespace djescc::arjscc

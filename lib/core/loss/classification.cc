/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Fits images to a classifier and makes probabilities of its logits.

#include <djescc/loss/classification.h>

#include "runtime/image_fitting.h"
#include <array>
#include <c10/core/InferenceMode.h>
#include <c10/util/StringUtil.h>
#include <djescc/error.h>

namespace djescc {
namespace {

constexpr int64_t colours = 3;

void check_size(const torch::Tensor& images, int64_t smallest)
{
    if (images.size(2) < smallest || images.size(3) < smallest)
        throw ConfigError(c10::str("the classifier takes images of at least ",
                                   smallest,
                                   " x ",
                                   smallest,
                                   " pixels, but these have ",
                                   images.size(2),
                                   " x ",
                                   images.size(3)));
}

torch::Device device_of(const torch::nn::Module& net)
{
    const auto parameters = net.parameters();
    return parameters.empty() ? torch::Device(torch::kCPU) : parameters.front().device();
}

} // namespace

Classification classify(Classifier& net, const torch::Tensor& images)
{
    const c10::InferenceMode inference;
    check_images(images);
    check_size(images, net.smallest_side());
    const auto logits = net.logits(with_channels(images, colours).to(device_of(net)));
    const std::array<int64_t, 2> wanted{ images.size(0), net.class_count() };
    if (logits.sizes() != torch::IntArrayRef(wanted))
        throw ModelError(c10::str("the classifier gave logits of shape ",
                                  logits.sizes(),
                                  " instead of ",
                                  torch::IntArrayRef(wanted)));
    const auto probabilities =
        logits.to(torch::kFloat32).softmax(1).to(torch::kCPU).contiguous();
    return { probabilities, probabilities.argmax(1) };
}

} // namespace djescc

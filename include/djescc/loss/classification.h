/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What a classifier says of pictures: probabilities and labels. */
#pragma once

#include <djescc/export.h>
#include <djescc/loss/classifier.h>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

//! Of N pictures, on the CPU.
struct Classification {
    torch::Tensor probabilities; //!< N x classes float32, each row's sum is 1
    torch::Tensor labels;        //!< N int64: each row's most probable class, from 0
};

/*! Probabilities as the softmax of a classifier's logits, in inference mode and on the
 *  device of its parameters.
 *  \param net     in evaluation mode, as Classifier::load() gives it
 *  \param images  N x C x H x W float32 in [0, 1] on any device; C is 3, or 1 for grey
 *                 ones, which become three equal channels
 *  \throws ConfigError for images of another number of channels, or smaller than
 *          Classifier::smallest_side()
 *  \throws ModelError where the net does not give a logit for each image and class */
Classification classify(Classifier& net, const torch::Tensor& images);

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How much a classifier minds each value of a picture: the weights of SP-JSCC. */
#pragma once

#include <djescc/export.h>
#include <djescc/loss/classifier.h>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

/*! |d m / d x| with m the mean of the classifier's logits, scaled for each image to a
 *  mean square of 1: eqs. 7 to 9 of SP-JSCC (Sun et al., "Deep joint source-channel
 *  coding based on semantics of pixels") but for the scale. Logits and not probabilities,
 *  because the mean of those is constant.
 *  \param classifier  in evaluation mode, as Classifier::load() gives it
 *  \param images  N x 3 x H x W float32 in [0, 1], on the classifier's device
 *  \return N x 3 x H x W float32, without gradient; zeros where no value matters */
torch::Tensor semantic_weights(Classifier& classifier, const torch::Tensor& images);

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A net's tensors by their names, for weights files. */
#pragma once

#include <djescc/files/safetensors.h>
#include <functional>
#include <string>
#include <torch/nn/module.h>

namespace djescc {

/*! Every parameter and buffer of a net by its dotted name ("down1.conv.weight"), copied
 *  to the CPU. */
TensorFile net_state(const torch::nn::Module& net);

/*! Copy tensors into the net of the same names, shapes and types. All are checked before
 *  the first is copied, so the net is either loaded or untouched.
 *  \param origin  names the file in errors
 *  \param may_lack  tensors of the net, by name, that keep what they hold where the
 *                   file lacks them; none: no tensor
 *  \throws ModelError naming \p origin and the first tensor that does not fit */
void set_net_state(torch::nn::Module& net,
                   const TensorFile& state,
                   const std::string& origin,
                   const std::function<bool(const std::string&)>& may_lack = nullptr);

} // namespace djescc

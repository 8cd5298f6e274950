/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/model/model.h>
#include <djescc/runtime/chain_output.h>
#include <utility>
#include <vector>

namespace djescc {

//! What images and symbols meet on their way.
struct ChainConditions {
    torch::Tensor snr_db; //!< N values, Es/N0 in dB
    //! Protected and decoded images are rounded to 8 bits; the gradient passes straight
    //! through.
    bool round_to_8_bits = false;
    torch::Tensor erased; //!< N values, the part of the symbols that is lost; may be null
};

/*! The chain as one differentiable computation: encrypt, encode, AWGN, decode, decrypt.
 *  \param plain    N x 3 x H x W
 *  \param generator  for noise and erasures, on the images' device */
ChainOutput run_chain(const ModelNets& nets,
                      const torch::Tensor& plain,
                      const ChainConditions& conditions,
                      const at::Generator& generator);

void set_training(const ModelNets& nets, bool training);
void move_to(const ModelNets& nets, torch::Device device);
std::vector<torch::Tensor> parameters(const ModelNets& nets);
//! The four nets under their roles' names, roles without tensors left out.
std::vector<std::pair<Role, std::shared_ptr<torch::nn::Module>>>
modules(const ModelNets& nets);

} // namespace djescc

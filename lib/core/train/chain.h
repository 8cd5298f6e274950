/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "train/djescc_loss.h"
#include <djescc/model/model.h>
#include <utility>
#include <vector>

namespace djescc {

/*! The chain as one differentiable computation: encrypt, encode, AWGN, decode, decrypt.
 *  \param plain    N x 3 x H x W
 *  \param snr_db   N values
 *  \param generator  for the noise, on the images' device */
ChainOutput run_chain(const ModelNets& nets,
                      const torch::Tensor& plain,
                      const torch::Tensor& snr_db,
                      const at::Generator& generator);

void set_training(const ModelNets& nets, bool training);
void move_to(const ModelNets& nets, torch::Device device);
std::vector<torch::Tensor> parameters(const ModelNets& nets);
//! The four nets under their roles' names, roles without tensors left out.
std::vector<std::pair<Role, std::shared_ptr<torch::nn::Module>>>
modules(const ModelNets& nets);

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <djescc/model/model.h>
#include <string>
#include <torch/optim/optimizer.h>
#include <vector>

namespace djescc {

/*! Save nets, optimiser, \p averages of weights and \p state in one file, replacing it in
 *  one step.
 *  \throws Error naming the file */
void write_checkpoint(const std::string& path,
                      const ModelNets& nets,
                      const torch::optim::Optimizer& optimizer,
                      const std::vector<torch::Tensor>& averages,
                      const nlohmann::json& state);

/*! Restore what write_checkpoint() saved; the nets must be of the same kind.
 *  \param averages  as many as were saved, null for none
 *  \return the state
 *  \throws Error naming the file and the mend */
nlohmann::json read_checkpoint(const std::string& path,
                               const ModelNets& nets,
                               torch::optim::Optimizer& optimizer,
                               std::vector<torch::Tensor>* averages,
                               torch::Device device);

} // namespace djescc

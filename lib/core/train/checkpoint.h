/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The file that a training run goes on from. */
#pragma once

#include "train/freezing.h"
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <torch/optim/optimizer.h>
#include <vector>

namespace djescc {

/*! Save nets, optimiser, \p averages of weights and \p state in one file, replacing it in
 *  one step.
 *  \throws Error naming the file */
void write_checkpoint(const std::string& path,
                      const NamedNets& nets,
                      const torch::optim::Optimizer& optimizer,
                      const std::vector<torch::Tensor>& averages,
                      const nlohmann::json& state);

/*! The state alone of what write_checkpoint() saved.
 *  \throws Error naming the file and the mend */
nlohmann::json read_checkpoint_state(const std::string& path);

/*! Restore nets, optimiser and averages; they must be of the same kind.
 *  \param averages  null for none
 *  \return how many of the averages were saved, those at the front
 *  \throws Error naming the file and the mend */
std::size_t read_checkpoint(const std::string& path,
                            const NamedNets& nets,
                            torch::optim::Optimizer& optimizer,
                            std::vector<torch::Tensor>* averages,
                            torch::Device device);

/*! Name of the first tensor of weights, of averages of batch normalisation, or of
 *  \p averages, that holds a value that is not finite; empty where all are. */
std::string first_not_finite(const NamedNets& nets,
                             const std::vector<torch::Tensor>& averages);

//! A key of a configuration whose value is another one than before; null: absent.
struct ConfigChange {
    std::string key; //!< "optimizer.learning_rate"
    nlohmann::json before, now;
};

/*! What of a run's configuration is changed at its resumption.
 *  \param path  of the checkpoint, for the message
 *  \throws ConfigError for a key that a run cannot change on its way: whatever decides
 *          what is trained, on what, and from which random numbers */
std::vector<ConfigChange> allowed_changes(const nlohmann::json& before,
                                          const nlohmann::json& now,
                                          const std::string& path);

//! Is one of the changes of this key, or below it?
bool changes_key(const std::vector<ConfigChange>& changes, const std::string& key);

} // namespace djescc

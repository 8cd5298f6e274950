/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Which weights of which nets stay as they are while others are trained. */
#pragma once

#include <memory>
#include <set>
#include <string>
#include <torch/nn/module.h>
#include <torch/types.h>
#include <utility>
#include <vector>

namespace djescc {

//! The nets of a run under the names that configurations and checkpoints have for them.
using NamedNets = std::vector<std::pair<std::string, std::shared_ptr<torch::nn::Module>>>;

//! A weight and its name, that of the net in front: "encode.source.0.weight".
struct NamedWeight {
    std::string name;
    torch::Tensor tensor;
};

//! Every parameter of the nets, in the nets' order.
std::vector<NamedWeight> weights_of(const NamedNets& nets);

/*! What of the nets stays as it is.
 *
 *  A name is a net ("encode") or a net and the beginning of tensors' dotted names
 *  ("encode.source"), whole words of it. Frozen modules are held in evaluation mode, so
 *  that averages of batch normalisation stay too. */
class FrozenParts
{
public:
    FrozenParts() = default;
    /*! \throws ConfigError for a name that matches no weight (lists the nets' parts) */
    FrozenParts(const std::vector<std::string>& names, const NamedNets& nets);

    bool contains(const std::string& weight) const;
    //! Switch frozen modules to evaluation mode; others stay as they are.
    void evaluate() const;

private:
    std::vector<std::string> d_names;
    std::vector<std::shared_ptr<torch::nn::Module>> d_modules;
};

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Copies tensors out of a net and into it, after checking that all fit.

#include "net/net_state.h"

#include "files/file_io.h"
#include <c10/util/StringUtil.h>
#include <djescc/error.h>
#include <torch/utils.h>

namespace djescc {

namespace {

//! The net's own tensors, not copies.
std::map<std::string, torch::Tensor> own_tensors(const torch::nn::Module& net)
{
    std::map<std::string, torch::Tensor> result;
    for (const auto& item : net.named_parameters(/*recurse=*/true)) {
        result.emplace(item.key(), item.value());
    }
    for (const auto& item : net.named_buffers(/*recurse=*/true)) {
        result.emplace(item.key(), item.value());
    }
    return result;
}

std::string describe(const torch::Tensor& tensor)
{
    return c10::str(tensor.scalar_type(), " ", tensor.sizes());
}

// Single precision may be stored as half, bfloat16 or double, as Python saves them;
// everything else as it is.
bool holds(const torch::Tensor& stored, const torch::Tensor& own)
{
    return stored.sizes() == own.sizes() &&
           (stored.scalar_type() == own.scalar_type() ||
            (stored.is_floating_point() && own.scalar_type() == torch::kFloat32));
}

//! For a tensor of the right shape and another type.
std::string mend_for(const torch::Tensor& own)
{
    return std::string("; save it as ") + (own.scalar_type() == torch::kFloat32
                                               ? "float32 or float16"
                                               : c10::toString(own.scalar_type()));
}

} // namespace

TensorFile net_state(const torch::nn::Module& net)
{
    TensorFile state;
    for (const auto& [name, tensor] : own_tensors(net)) {
        state.tensors.emplace(
            name, tensor.detach().to(torch::kCPU, /*non_blocking=*/false, /*copy=*/true));
    }
    return state;
}

void set_net_state(torch::nn::Module& net,
                   const TensorFile& state,
                   const std::string& origin,
                   const std::function<bool(const std::string&)>& may_lack)
{
    std::map<std::string, torch::Tensor> own = own_tensors(net);
    const std::string mend =
        "; it belongs to another role or another model: copy the "
        "file again together with its model.json";
    for (const auto& [name, tensor] : own) {
        const auto found = state.tensors.find(name);
        if (found == state.tensors.end()) {
            if (may_lack && may_lack(name))
                continue;
            throw ModelError(origin + " lacks the tensor " + printable(name) + mend);
        }
        const torch::Tensor& stored = found->second;
        if (!holds(stored, tensor)) {
            throw ModelError(
                origin + " has the tensor " + printable(name) + " as " +
                describe(stored) + " where the net has " + describe(tensor) +
                (stored.sizes() == tensor.sizes() ? mend_for(tensor) : mend));
        }
    }
    for (const auto& item : state.tensors) {
        if (own.count(item.first) == 0) {
            throw ModelError(origin + " has the tensor " + printable(item.first) +
                             ", which the net lacks" + mend);
        }
    }
    torch::NoGradGuard no_grad;
    for (const auto& [name, stored] : state.tensors) {
        own.at(name).copy_(stored);
    }
}

} // namespace djescc

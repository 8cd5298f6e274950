/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Loads, checks and calls TorchScript modules, and makes their errors ours.

#include "net/script_module.h"

#include <c10/util/StringUtil.h>
#include <djescc/error.h>
#include <sstream>
#include <utility>

namespace djescc {

namespace {

//! LibTorch's messages go on with stack traces; the interpreter's end with the reason.
std::string reason(const std::exception& error)
{
    const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
    std::string text =
        torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
    constexpr std::size_t max_length = 400;
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.pop_back();
    }
    return text.size() > max_length ? "..." + text.substr(text.size() - max_length)
                                    : text;
}

} // namespace

ScriptModule::ScriptModule(std::vector<std::string> parameters)
    : d_parameters(std::move(parameters))
{
}

void ScriptModule::load_script(const std::string& archive,
                               const torch::Device& device,
                               const std::string& origin)
{
    std::string wanted;
    for (const std::string& name : d_parameters) {
        wanted += (wanted.empty() ? "" : ", ") + name;
    }
    try {
        std::istringstream stream(archive);
        torch::jit::Module module = torch::jit::load(stream, device);
        const auto method = module.find_method("forward");
        // the first argument is the module itself
        if (!method || method->function().getSchema().arguments().size() !=
                           d_parameters.size() + 1) {
            throw ModelError(origin + " must have a method forward(" + wanted + ")");
        }
        module.eval();
        d_module = module;
        d_origin = origin;
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw ModelError(origin + " cannot be loaded as TorchScript: " + reason(error));
    }
}

std::string ScriptModule::save_script() const
{
    if (!d_module) {
        throw ModelError(d_origin + " has not been loaded from a file yet");
    }
    std::ostringstream stream;
    d_module->save(stream);
    return stream.str();
}

torch::Tensor ScriptModule::call(std::vector<torch::IValue> inputs)
{
    if (!d_module) {
        throw ModelError(d_origin + " has not been loaded from a file yet");
    }
    torch::IValue result;
    try {
        result = d_module->forward(std::move(inputs));
    } catch (const std::exception& error) {
        throw ModelError(d_origin + " failed: " + reason(error));
    }
    if (!result.isTensor()) {
        throw ModelError(d_origin + " returned a " + result.tagKind() +
                         " instead of a tensor");
    }
    const torch::Tensor tensor = result.toTensor();
    return tensor.to(tensor.is_complex() ? torch::kComplexFloat : torch::kFloat);
}

void ScriptModule::check_shape(const std::string& subject,
                               const torch::Tensor& tensor,
                               const std::vector<int64_t>& expected) const
{
    if (tensor.sizes() != torch::IntArrayRef(expected)) {
        throw ModelError(c10::str(d_origin,
                                  " returned ",
                                  subject,
                                  " of shape ",
                                  tensor.sizes(),
                                  " instead of ",
                                  torch::IntArrayRef(expected)));
    }
}

} // namespace djescc

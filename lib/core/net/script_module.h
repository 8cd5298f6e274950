/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/script_weights.h"
#include <optional>
#include <string>
#include <torch/script.h>
#include <vector>

namespace djescc {

/*! The TorchScript module behind a net: a base beside ImageTransform, SymbolEncoder or
 *  SymbolDecoder. Whatever the script throws comes out as a ModelError that names its
 *  file. */
class ScriptModule : public ScriptWeights
{
public:
    /*! \param parameters  names of forward's parameters, for the check at loading and its
     *                     error message */
    explicit ScriptModule(std::vector<std::string> parameters);

    void load_script(const std::string& archive,
                     const torch::Device& device,
                     const std::string& origin) override;
    std::string save_script() const override;

protected:
    /*! Call forward; the result is float32 or complex64.
     *  \throws ModelError where none is loaded, it throws, or returns no tensor */
    torch::Tensor call(std::vector<torch::IValue> inputs);

    /*! \throws ModelError that \p subject has the shape it has where \p expected is due
     */
    void check_shape(const std::string& subject,
                     const torch::Tensor& tensor,
                     const std::vector<int64_t>& expected) const;

    const std::string& origin() const { return d_origin; }

private:
    std::vector<std::string> d_parameters;
    std::optional<torch::jit::Module> d_module;
    std::string d_origin = "the TorchScript net";
};

} // namespace djescc

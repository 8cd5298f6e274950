/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Nets that are TorchScript archives. */
#pragma once

#include <djescc/net/role_net.h>
#include <optional>
#include <string>
#include <torch/script.h>
#include <vector>

namespace djescc {

/*! The TorchScript module behind a net. Whatever the script throws comes out as a
 *  ModelError that names its file. */
class ScriptModule
{
public:
    /*! \param parameters  names of forward's parameters, for the check at loading and its
     *                     error message */
    explicit ScriptModule(std::vector<std::string> parameters);

    /*! \param archive  the file's bytes
     *  \param origin   names the file in errors
     *  \throws ModelError where it is not a TorchScript archive */
    void load_script(const std::string& archive,
                     const torch::Device& device,
                     const std::string& origin);
    //! The bytes of an archive with this net.
    //! \throws ModelError where none is loaded.
    std::string save_script() const;

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

//! A role's net that is a script.
//! \tparam Net  Encryptor, SymbolEncoder, ...
template <typename Net>
class ScriptNet : public Net, public ScriptModule
{
public:
    using ScriptModule::ScriptModule;

    bool is_code() const override { return true; }
    void load_weights(const std::string& bytes,
                      const std::string& origin,
                      const std::string&,
                      torch::Device device) override
    {
        load_script(bytes, device, origin);
    }
    std::string save_weights(const std::map<std::string, std::string>&) const override
    {
        return save_script();
    }
};

} // namespace djescc

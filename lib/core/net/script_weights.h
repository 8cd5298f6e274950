/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <string>
#include <torch/types.h>

namespace djescc {

/*! A net whose weights file is a TorchScript archive, which is code, instead of
 *  safetensors. Model loads it only where RuntimeOptions::allow_code says so. */
class ScriptWeights
{
public:
    virtual ~ScriptWeights() = default;

    /*! \param archive  the file's bytes, whose hash has been checked
     *  \param origin   names the file in errors
     *  \throws ModelError where it is not a TorchScript archive */
    virtual void load_script(const std::string& archive,
                             const torch::Device& device,
                             const std::string& origin) = 0;

    //! The bytes of an archive with this net.
    //! \throws ModelError where none is loaded.
    virtual std::string save_script() const = 0;
};

} // namespace djescc

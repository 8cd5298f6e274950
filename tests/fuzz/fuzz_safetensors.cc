/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Fuzz target of the reader of safetensors files.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <string>

/*! Any bytes either are a safetensors file or cost a ModelError. What was accepted is
 *  written and read again: it must come out the same. */
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    djescc::TensorFile contents;
    try {
        contents = djescc::parse_safetensors(bytes, "fuzzed");
    } catch (const djescc::ModelError&) {
        return 0;
    }
    try {
        const std::string written = djescc::serialize_safetensors(contents);
        const auto again = djescc::parse_safetensors(written, "written");
        if (again.metadata != contents.metadata ||
            again.tensors.size() != contents.tensors.size()) {
            std::abort();
        }
        for (const auto& [name, tensor] : contents.tensors) {
            const auto found = again.tensors.find(name);
            if (found == again.tensors.end() || found->second.sizes() != tensor.sizes() ||
                found->second.scalar_type() != tensor.scalar_type()) {
                std::abort();
            }
        }
    } catch (const djescc::ModelError&) {
        std::abort(); // what was read can be written
    }
    return 0;
}

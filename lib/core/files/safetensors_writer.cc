/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes safetensors files, byte for byte the same for the same tensors.

#include "files/file_io.h"
#include "files/safetensors_format.h"
#include <algorithm>
#include <cstring>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <nlohmann/json.hpp>
#include <vector>

namespace djescc {

using namespace safetensors;

namespace {

using nlohmann::json;

const Dtype& dtype_of(const std::string& name, const at::Tensor& tensor)
{
    if (tensor.defined() && tensor.layout() == at::kStrided) {
        for (const Dtype& candidate : dtypes) {
            if (tensor.scalar_type() == candidate.type) {
                return candidate;
            }
        }
    }
    throw ModelError("tensor " + printable(name) +
                     " cannot be stored: safetensors has no place for its type");
}

} // namespace

std::string serialize_safetensors(const TensorFile& contents)
{
    struct Item {
        const std::string* name;
        const Dtype* dtype;
        at::Tensor tensor;
    };
    std::vector<Item> items;
    for (const auto& [name, tensor] : contents.tensors) {
        if (name == metadata_key) {
            throw ModelError("a tensor cannot be named __metadata__");
        }
        const Dtype& dtype = dtype_of(name, tensor);
        items.push_back({ &name, &dtype, tensor.detach().to(at::kCPU).contiguous() });
    }
    // larger elements first, so that each is aligned for readers that map the file
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
        return a.dtype->size > b.dtype->size;
    });
    json header = json::object();
    if (!contents.metadata.empty()) {
        header[metadata_key] = contents.metadata;
    }
    uint64_t position = 0;
    for (const Item& item : items) {
        const uint64_t end = position + item.tensor.nbytes();
        header[*item.name] = { { "dtype", item.dtype->name },
                               { "shape", item.tensor.sizes().vec() },
                               { "data_offsets", { position, end } } };
        position = end;
    }
    std::string text;
    try {
        text = header.dump();
    } catch (const json::exception&) {
        throw ModelError("a name or text for a safetensors file is not UTF-8");
    }
    constexpr std::size_t alignment = 8;
    text.append((alignment - text.size() % alignment) % alignment, ' ');
    const uint64_t header_bytes = text.size();

    std::string bytes(length_bytes + text.size() + position, '\0');
    std::memcpy(bytes.data(), &header_bytes, length_bytes);
    std::memcpy(bytes.data() + length_bytes, text.data(), text.size());
    char* data = bytes.data() + length_bytes + text.size();
    for (const Item& item : items) {
        if (item.tensor.nbytes() > 0) {
            std::memcpy(data, item.tensor.data_ptr(), item.tensor.nbytes());
            data += item.tensor.nbytes();
        }
    }
    return bytes;
}

void write_safetensors(const TensorFile& contents, const std::string& path)
{
    replace_file(path, serialize_safetensors(contents));
}

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads safetensors files and refuses whatever does not fit the format.

#include "files/file_io.h"
#include "files/safetensors_format.h"
#include "files/strict_json.h"
#include <ATen/ATen.h>
#include <algorithm>
#include <cstring>
#include <djescc/error.h>
#include <djescc/files/safetensors.h>
#include <limits>
#include <tuple>
#include <vector>

namespace djescc {

using namespace safetensors;

namespace {

using nlohmann::json;

constexpr uint64_t max_header_bytes = 100'000'000; // as in the reference implementation
constexpr std::size_t max_dimensions = 16;
constexpr std::size_t max_file_bytes = std::size_t{ 1 } << 34;
// the header is an object of objects of arrays
constexpr JsonLimits header_limits{ 3, max_dimensions };

struct Entry {
    std::string name;
    const Dtype* dtype;
    std::vector<int64_t> shape;
    uint64_t begin;
    uint64_t end;
};

//! Reads the entries of one header; every message begins with the same words.
class HeaderReader
{
public:
    explicit HeaderReader(const std::string& origin) : d_origin(origin) {}

    [[noreturn]] void fail(const std::string& reason) const
    {
        throw ModelError(d_origin + " is not a valid safetensors file: " + reason);
    }

    Entry entry(const std::string& name, const json& value) const
    {
        const std::string subject = "tensor " + printable(name);
        if (!value.is_object()) {
            fail(subject + " is not described by an object");
        }
        for (const char* key : { "dtype", "shape", "data_offsets" }) {
            if (!value.contains(key)) {
                fail(subject + " has no " + key);
            }
        }
        if (value.size() != 3) {
            fail(subject + " has more keys than dtype, shape and data_offsets");
        }
        Entry result{ name, dtype(subject, value["dtype"]), {}, 0, 0 };
        const uint64_t bytes = shape(subject, value["shape"], result);
        const json& offsets = value["data_offsets"];
        if (!offsets.is_array() || offsets.size() != 2 ||
            !offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned()) {
            fail(subject + " has data_offsets that are not two non-negative integers");
        }
        result.begin = offsets[0].get<uint64_t>();
        result.end = offsets[1].get<uint64_t>();
        if (result.end < result.begin) {
            fail(subject + " ends before it begins");
        }
        if (result.end - result.begin != bytes) {
            fail(subject + " has " + std::to_string(result.end - result.begin) +
                 " bytes where its shape and dtype need " + std::to_string(bytes));
        }
        return result;
    }

    std::map<std::string, std::string> metadata(const json& value) const
    {
        if (!value.is_object()) {
            fail("__metadata__ is not an object");
        }
        std::map<std::string, std::string> result;
        for (const auto& [key, text] : value.items()) {
            if (!text.is_string()) {
                fail("__metadata__ " + printable(key) + " is not a string");
            }
            result[key] = text.get<std::string>();
        }
        return result;
    }

    //! The entries must fill the data section without overlap, gap or rest.
    void check_layout(std::vector<Entry>& entries, uint64_t data_bytes) const
    {
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
            return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
        });
        uint64_t position = 0;
        for (const Entry& entry : entries) {
            const std::string subject = "tensor " + printable(entry.name);
            if (entry.end > data_bytes) {
                fail(subject + " ends at byte " + std::to_string(entry.end) + " of " +
                     std::to_string(data_bytes) +
                     " bytes of data; the file is truncated");
            }
            if (entry.begin < position) {
                fail(subject + " overlaps the one before it");
            }
            if (entry.begin > position) {
                fail("there is a gap of unused bytes before " + subject);
            }
            position = entry.end;
        }
        if (position != data_bytes) {
            fail(std::to_string(data_bytes - position) + " bytes follow the last tensor");
        }
    }

private:
    const Dtype* dtype(const std::string& subject, const json& value) const
    {
        if (!value.is_string()) {
            fail(subject + " has a dtype that is not a string");
        }
        const auto& name = value.get_ref<const std::string&>();
        for (const Dtype& candidate : dtypes) {
            if (name == candidate.name) {
                return &candidate;
            }
        }
        fail(subject + " has the unknown dtype " + printable(name));
    }

    //! Fills the shape in; returns the tensor's size in bytes.
    uint64_t shape(const std::string& subject, const json& value, Entry& entry) const
    {
        if (!value.is_array()) {
            fail(subject + " has a shape that is not an array");
        }
        // Zero is left out of the product so that [2^62, 4, 0] is refused as well: its
        // strides would overflow.
        constexpr uint64_t limit = std::numeric_limits<int64_t>::max();
        uint64_t product = entry.dtype->size;
        bool empty = false;
        for (const json& dimension : value) {
            if (!dimension.is_number_unsigned()) {
                fail(subject + " has a shape that is not of non-negative integers");
            }
            const auto extent = dimension.get<uint64_t>();
            if (extent == 0) {
                empty = true;
            } else if (extent > limit / product) {
                fail(subject + " has a shape whose size overflows");
            } else {
                product *= extent;
            }
            entry.shape.push_back(static_cast<int64_t>(extent));
        }
        return empty ? 0 : product;
    }

    const std::string& d_origin;
};

uint64_t read_length(const std::string& bytes)
{
    uint64_t length = 0;
    std::memcpy(&length, bytes.data(), length_bytes);
    return length;
}

} // namespace

TensorFile parse_safetensors(const std::string& bytes, const std::string& origin)
{
    const HeaderReader reader(origin);
    if (bytes.size() < length_bytes) {
        reader.fail("it has " + std::to_string(bytes.size()) +
                    " bytes and is truncated or empty");
    }
    const uint64_t header_bytes = read_length(bytes);
    if (header_bytes > max_header_bytes) {
        reader.fail("its header would have " + std::to_string(header_bytes) +
                    " bytes; 100 MB are allowed");
    }
    if (header_bytes > bytes.size() - length_bytes) {
        reader.fail("its header would have " + std::to_string(header_bytes) +
                    " bytes, more than the file; the file is truncated");
    }
    const std::string header = bytes.substr(length_bytes, header_bytes);
    if (header.empty() || header.front() != '{') {
        reader.fail("its header does not begin with '{'");
    }
    const json root = parse_strict_json(
        header, header_limits, origin + " is not a valid safetensors file: its header");

    TensorFile result;
    std::vector<Entry> entries;
    for (const auto& [name, value] : root.items()) {
        if (name == metadata_key) {
            result.metadata = reader.metadata(value);
        } else {
            entries.push_back(reader.entry(name, value));
        }
    }
    const char* data = bytes.data() + length_bytes + header_bytes;
    reader.check_layout(entries, bytes.size() - length_bytes - header_bytes);
    for (const Entry& entry : entries) {
        const std::size_t size = entry.end - entry.begin;
        if (entry.dtype->type == at::kBool &&
            std::any_of(data + entry.begin, data + entry.end, [](char value) {
                return value != 0 && value != 1;
            })) {
            reader.fail("tensor " + printable(entry.name) +
                        " is BOOL and has a byte that is neither 0 nor 1");
        }
        const at::Tensor tensor =
            at::empty(entry.shape, at::TensorOptions().dtype(entry.dtype->type));
        if (size > 0) {
            std::memcpy(tensor.data_ptr(), data + entry.begin, size);
        }
        result.tensors.emplace(entry.name, tensor);
    }
    return result;
}

TensorFile read_safetensors(const std::string& path)
{
    return parse_safetensors(read_file(path, max_file_bytes), path);
}

} // namespace djescc

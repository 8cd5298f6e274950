/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Constants and types of data that reader and writer of safetensors share. */
#pragma once

#include <ATen/ATen.h>
#include <array>
#include <cstddef>
#include <cstdint>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors data are little-endian; byte swapping is not implemented"
#endif

namespace djescc {

//! What reader and writer of safetensors files share.
namespace safetensors {

inline constexpr std::size_t length_bytes = 8; //!< of the header's length
inline constexpr char metadata_key[] = "__metadata__";

struct Dtype {
    const char* name;
    at::ScalarType type;
    uint64_t size;
};

inline constexpr std::array<Dtype, 10> dtypes{ { { "F64", at::kDouble, 8 },
                                                 { "F32", at::kFloat, 4 },
                                                 { "F16", at::kHalf, 2 },
                                                 { "BF16", at::kBFloat16, 2 },
                                                 { "I64", at::kLong, 8 },
                                                 { "I32", at::kInt, 4 },
                                                 { "I16", at::kShort, 2 },
                                                 { "I8", at::kChar, 1 },
                                                 { "U8", at::kByte, 1 },
                                                 { "BOOL", at::kBool, 1 } } };

} // namespace safetensors
} // namespace djescc

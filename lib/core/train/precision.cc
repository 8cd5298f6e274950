/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Which precision is the faster one on a device. */
#include "train/precision.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace djescc {
namespace {

#if defined(__x86_64__)
// Intel's Software Developer's Manual: CPUID leaf 7 says AMX-BF16, and the bits of XCR0
// that the system lets programs use tiles.
__attribute__((target("xsave"))) bool processor_has_amx()
{
    constexpr unsigned leaf = 7, amx_bf16 = 1u << 22;
    constexpr unsigned long long tiles = 3ull << 17;
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(leaf, 0, &a, &b, &c, &d) != 0 && (d & amx_bf16) != 0 &&
           (_xgetbv(0) & tiles) == tiles;
}
#else
bool processor_has_amx() { return false; }
#endif

} // namespace

Precision read_precision(ConfigReader& reader)
{
    const auto name = reader.get<std::string>("precision", "float32");
    if (name == "float32")
        return Precision::float32;
    if (name == "bfloat16")
        return Precision::bfloat16;
    if (name == "auto")
        return Precision::automatic;
    throw ConfigError(R"(precision must be "float32", "bfloat16" or "auto")");
}

bool mixes_bfloat16(Precision precision, torch::Device device)
{
    if (precision == Precision::automatic)
        return device.is_cuda() || (device.is_cpu() && processor_has_amx());
    return precision == Precision::bfloat16;
}

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Tensors in files of the safetensors format, which hold data and never code. */
#pragma once

#include <djescc/export.h>
#include <map>
#include <string>
#include <torch/types.h>

namespace DJESCC_EXPORT djescc {

/*! A safetensors file: named tensors and string metadata. */
struct TensorFile {
    std::map<std::string, torch::Tensor> tensors; //!< on the CPU, contiguous
    std::map<std::string, std::string> metadata;
};

/*! Parse a safetensors image held in memory.
 *
 *  Strict, since files come from strangers: the header's length must fit, the header be
 *  a JSON object without duplicate keys, every dtype known (F64 F32 F16 BF16 I64 I32 I16
 *  I8 U8 BOOL), every shape's product free of overflow and equal to the byte range, and
 *  the ranges must cover the data section in order without overlap or gap.
 *  \param origin  names the file in errors
 *  \throws ModelError
 */
TensorFile parse_safetensors(const std::string& bytes, const std::string& origin);

//! Read a file.
//! \throws ModelError naming \p path.
TensorFile read_safetensors(const std::string& path);

/*! The bytes of a file with these contents, the same for the same contents: larger
 *  elements first, then by name, so that all are aligned; header padded to 8 bytes.
 *  \throws ModelError for a tensor or text that the format cannot hold */
std::string serialize_safetensors(const TensorFile& contents);

//! Write a file, replacing it in one step.
//! \throws ModelError naming \p path.
void write_safetensors(const TensorFile& contents, const std::string& path);

} // namespace djescc

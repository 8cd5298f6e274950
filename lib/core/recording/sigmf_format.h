/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  What reader and writer of SigMF recordings share: names of files and bytes of
 *  samples. */
#pragma once

#include <djescc/recording/sigmf.h>
#include <string>

namespace djescc {

//! NAME of NAME.sigmf-data, NAME.sigmf-meta, NAME.sigmf or NAME.
std::string sigmf_base(const std::string& path);

inline std::string sigmf_data_path(const std::string& base)
{
    return base + ".sigmf-data";
}
inline std::string sigmf_meta_path(const std::string& base)
{
    return base + ".sigmf-meta";
}

const char* sample_format_name(SampleFormat format);
//! Bytes of a complex sample.
std::size_t sample_size(SampleFormat format);

/*! Samples as the bytes of a data file.
 *  \return how many were clipped */
uint64_t encode_samples(const std::complex<float>* samples,
                        std::size_t count,
                        SampleFormat format,
                        char* bytes);

void decode_samples(const char* bytes,
                    std::size_t count,
                    SampleFormat format,
                    std::complex<float>* samples);

} // namespace djescc

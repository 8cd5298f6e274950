/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Recordings of complex samples as SigMF has them (the Signal Metadata Format, 1.2): the
 *  samples in NAME.sigmf-data and a JSON object about them in NAME.sigmf-meta. A path may
 *  name either file, or both as NAME.sigmf. */
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <djescc/export.h>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace DJESCC_EXPORT djescc {

enum class SampleFormat {
    cf32_le, //!< two 32-bit floats, little-endian
    ci16_le, //!< two 16-bit integers, little-endian; 32767 stands for 1.0
};

//! "cf32_le" or "ci16_le".
//! \throws ConfigError for another text
SampleFormat parse_sample_format(const std::string& text);

//! What a recording says about itself.
struct RecordingInfo {
    SampleFormat format = SampleFormat::cf32_le;
    std::optional<double> sample_rate; //!< in samples a second
    std::optional<double> frequency;   //!< centre frequency in Hz
    std::string description;
};

/*! Writes a recording. The metadata stands on the disk from the beginning, so that what a
 *  killed process leaves can be read; close() adds the annotations. */
class SigmfWriter
{
public:
    //! Annotations that are kept; the bursts of a recording of hours would fill the
    //! memory.
    static constexpr std::size_t max_annotations = 100000;

    /*! Replaces a recording of this name.
     *  \throws RecordingError naming the file that cannot be written */
    SigmfWriter(const std::string& path, RecordingInfo info);
    ~SigmfWriter();
    SigmfWriter(const SigmfWriter&) = delete;
    SigmfWriter& operator=(const SigmfWriter&) = delete;

    //! \throws RecordingError when the disk is full or gone
    void write(const std::complex<float>* samples, std::size_t count);

    /*! Name a stretch of samples. Starts must not go down. */
    void annotate(uint64_t start, uint64_t count, const std::string& label);

    //! Writes the rest and the metadata. Further samples are an error; a second call does
    //! nothing.
    //! \throws RecordingError
    void close();

    uint64_t sample_count() const { return d_sample_count; }
    //! Samples beyond the range of ci16_le, which were clipped to it.
    uint64_t clipped() const { return d_clipped; }

private:
    struct Annotation {
        uint64_t start, count;
        std::string label;
    };

    void write_metadata() const;

    std::string d_base;
    RecordingInfo d_info;
    std::string d_start_time;
    std::ofstream d_data;
    std::vector<char> d_bytes;
    std::vector<Annotation> d_annotations;
    uint64_t d_sample_count = 0;
    uint64_t d_clipped = 0;
};

/*! Reads a recording with one channel in one of the two formats, whoever made it. */
class SigmfReader
{
public:
    /*! \throws RecordingError naming the file and what is wrong: missing, an archive, no
     *          SigMF, another format, several channels, or data that are not plain
     *          samples
     */
    explicit SigmfReader(const std::string& path);

    const RecordingInfo& info() const { return d_info; }
    //! Whole samples in the data file.
    uint64_t sample_count() const { return d_sample_count; }
    //! Whether the data file ends within a sample; that part is left out.
    bool truncated() const { return d_truncated; }

    /*! \return how many samples were read; 0 at the end
     *  \throws RecordingError where the disk fails */
    std::size_t read(std::complex<float>* samples, std::size_t count);
    //! Back to the first sample.
    void rewind();

private:
    std::string d_data_path;
    RecordingInfo d_info;
    std::ifstream d_data;
    std::vector<char> d_bytes;
    uint64_t d_sample_count = 0;
    uint64_t d_left = 0;
    bool d_truncated = false;
};

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  GNU Radio blocks for SigMF recordings, with bursts as annotations. */
#pragma once

#include <atomic>
#include <djescc/recording/sigmf.h>
#include <gnuradio/sync_block.h>
#include <memory>
#include <mutex>
#include <string>

/*! Writes a stream of samples as a SigMF recording. The stretches between the tags tx_sob
 *  and tx_eob become annotations. */
class SigmfSink : public gr::sync_block
{
public:
    //! \throws djescc::RecordingError
    static std::shared_ptr<SigmfSink> make(const std::string& path,
                                           const djescc::RecordingInfo& info);

    int work(int item_count,
             gr_vector_const_void_star& inputs,
             gr_vector_void_star& outputs) override;
    bool stop() override;

    uint64_t clipped() const { return d_clipped; }
    //! What ended the recording early; empty for nothing.
    std::string error() const;

private:
    SigmfSink(const std::string& path, const djescc::RecordingInfo& info);
    void annotate(int item_count);
    void note_error(const std::string& error);

    djescc::SigmfWriter d_writer;
    uint64_t d_burst_start = 0;
    std::atomic<uint64_t> d_clipped{ 0 };
    mutable std::mutex d_mutex;
    std::string d_error;
};

//! The samples of a SigMF recording, as fast as they are taken.
class SigmfSource : public gr::sync_block
{
public:
    //! \throws djescc::RecordingError
    static std::shared_ptr<SigmfSource> make(const std::string& path);

    int work(int item_count,
             gr_vector_const_void_star& inputs,
             gr_vector_void_star& outputs) override;

    const djescc::SigmfReader& reader() const { return d_reader; }
    std::string error() const;

private:
    explicit SigmfSource(const std::string& path);

    djescc::SigmfReader d_reader;
    mutable std::mutex d_mutex;
    std::string d_error;
};

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads and writes SigMF recordings as GNU Radio blocks.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/sigmf_blocks.h"

#include <algorithm>
#include <djescc/error.h>
#include <gnuradio/io_signature.h>

SigmfSink::SigmfSink(const std::string& path, const djescc::RecordingInfo& info)
    : gr::sync_block("sigmf_sink",
                     gr::io_signature::make(1, 1, sizeof(gr_complex)),
                     gr::io_signature::make(0, 0, 0))
    , d_writer(path, info)
{
}

std::shared_ptr<SigmfSink> SigmfSink::make(const std::string& path,
                                           const djescc::RecordingInfo& info)
{
    return gnuradio::get_initial_sptr(new SigmfSink(path, info));
}

void SigmfSink::note_error(const std::string& error)
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    d_error = error;
}

std::string SigmfSink::error() const
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    return d_error;
}

void SigmfSink::annotate(int item_count)
{
    static const auto start = pmt::intern("tx_sob");
    static const auto end = pmt::intern("tx_eob");
    std::vector<gr::tag_t> tags;
    get_tags_in_window(tags, 0, 0, item_count);
    std::sort(tags.begin(), tags.end(), gr::tag_t::offset_compare);
    for (const auto& tag : tags) {
        if (pmt::eq(tag.key, start))
            d_burst_start = tag.offset;
        else if (pmt::eq(tag.key, end) && tag.offset >= d_burst_start)
            d_writer.annotate(d_burst_start, tag.offset + 1 - d_burst_start, "burst");
    }
}

int SigmfSink::work(int item_count,
                    gr_vector_const_void_star& inputs,
                    gr_vector_void_star&)
{
    try {
        annotate(item_count);
        d_writer.write(static_cast<const gr_complex*>(inputs[0]),
                       static_cast<std::size_t>(item_count));
    } catch (const djescc::Error& error) {
        note_error(error.what());
        return WORK_DONE;
    }
    d_clipped = d_writer.clipped();
    return item_count;
}

bool SigmfSink::stop()
{
    try {
        d_writer.close();
    } catch (const djescc::Error& error) {
        note_error(error.what());
    }
    return gr::sync_block::stop();
}

SigmfSource::SigmfSource(const std::string& path)
    : gr::sync_block("sigmf_source",
                     gr::io_signature::make(0, 0, 0),
                     gr::io_signature::make(1, 1, sizeof(gr_complex)))
    , d_reader(path)
{
}

std::shared_ptr<SigmfSource> SigmfSource::make(const std::string& path)
{
    return gnuradio::get_initial_sptr(new SigmfSource(path));
}

std::string SigmfSource::error() const
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    return d_error;
}

int SigmfSource::work(int item_count,
                      gr_vector_const_void_star&,
                      gr_vector_void_star& outputs)
{
    try {
        const std::size_t count = d_reader.read(static_cast<gr_complex*>(outputs[0]),
                                                static_cast<std::size_t>(item_count));
        return count > 0 ? static_cast<int>(count) : WORK_DONE;
    } catch (const djescc::Error& error) {
        const std::lock_guard<std::mutex> lock(d_mutex);
        d_error = error.what();
        return WORK_DONE;
    }
}
#endif

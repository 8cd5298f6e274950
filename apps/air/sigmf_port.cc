/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// SigMF recordings as the ends of a flowgraph.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/sample_port.h"
#include "air/sigmf_blocks.h"

namespace {

class SigmfSinkPort : public SamplePort
{
public:
    SigmfSinkPort(const std::string& path, const djescc::RecordingInfo& info)
        : d_block(SigmfSink::make(path, info))
    {
    }
    gr::basic_block_sptr block() override { return d_block; }
    Counters counters() const override { return { { "clipped", d_block->clipped() } }; }
    std::string error() const override { return d_block->error(); }

private:
    std::shared_ptr<SigmfSink> d_block;
};

class SigmfSourcePort : public SamplePort
{
public:
    explicit SigmfSourcePort(const std::string& path) : d_block(SigmfSource::make(path))
    {
    }
    gr::basic_block_sptr block() override { return d_block; }
    std::string error() const override { return d_block->error(); }
    std::string remark() const override
    {
        return d_block->reader().truncated()
                   ? "the recording ends within a sample; what is whole is used"
                   : "";
    }
    double rate() const override
    {
        return d_block->reader().info().sample_rate.value_or(0);
    }

private:
    std::shared_ptr<SigmfSource> d_block;
};

} // namespace

std::unique_ptr<SamplePort> open_sigmf_sink(const std::string& path,
                                            const RadioSettings& settings)
{
    djescc::RecordingInfo info;
    info.format = settings.format;
    info.sample_rate = settings.rate;
    info.frequency = settings.frequency;
    info.description = "Pictures as bursts of gr-djescc (docs/burst-format.md)";
    return std::make_unique<SigmfSinkPort>(path, info);
}

std::unique_ptr<SamplePort> open_sigmf_source(const std::string& path,
                                              const RadioSettings&)
{
    return std::make_unique<SigmfSourcePort>(path);
}
#endif

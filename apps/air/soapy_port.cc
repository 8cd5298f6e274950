/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// SoapySDR devices as the ends of a flowgraph, or the refusal of a program without
// gr-soapy.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/sample_port.h"
#include <djescc/error.h>

#ifdef DJESCC_HAVE_SOAPY

#include <gnuradio/soapy/sink.h>
#include <gnuradio/soapy/source.h>

namespace {

constexpr size_t channel = 0;

/*! A SoapySDR device in either direction. gr-soapy tells nobody about underflows and
 *  overflows but its log, so there is nothing to count. */
template <typename Block>
class SoapyPort : public SamplePort
{
public:
    SoapyPort(const std::string& device, const RadioSettings& settings)
    {
        if (!settings.frequency)
            throw djescc::ConfigError("a radio needs --freq, its centre frequency in Hz");
        try {
            d_block = Block::make(device, "fc32", 1);
            configure(settings);
        } catch (const std::exception& error) {
            throw djescc::DeviceError(
                "the SoapySDR device '" + device + "' cannot be used (" + error.what() +
                "): see what SoapySDRUtil --find says (docs/over-the-air.md)");
        }
    }
    gr::basic_block_sptr block() override { return d_block; }
    double rate() const override { return d_block->get_sample_rate(channel); }

private:
    void configure(const RadioSettings& settings)
    {
        if (!settings.clock_source.empty())
            d_block->set_clock_source(settings.clock_source);
        if (!settings.time_source.empty())
            d_block->set_time_source(settings.time_source);
        d_block->set_sample_rate(channel, settings.rate);
        if (!settings.antenna.empty())
            d_block->set_antenna(channel, settings.antenna);
        d_block->set_frequency(channel, *settings.frequency);
        if (settings.gain)
            d_block->set_gain(channel, *settings.gain);
        if (settings.bandwidth)
            d_block->set_bandwidth(channel, *settings.bandwidth);
    }

    typename Block::sptr d_block;
};

} // namespace

std::unique_ptr<SamplePort> open_soapy_sink(const std::string& device,
                                            const RadioSettings& settings)
{
    return std::make_unique<SoapyPort<gr::soapy::sink>>(device, settings);
}

std::unique_ptr<SamplePort> open_soapy_source(const std::string& device,
                                              const RadioSettings& settings)
{
    return std::make_unique<SoapyPort<gr::soapy::source>>(device, settings);
}

#else

namespace {

[[noreturn]] void refuse()
{
    throw djescc::ConfigError(
        "this djescc was built without gr-soapy, so soapy:... cannot be used: build it "
        "where libsoapysdr-dev and gnuradio-dev are installed");
}

} // namespace

std::unique_ptr<SamplePort> open_soapy_sink(const std::string&, const RadioSettings&)
{
    refuse();
}

std::unique_ptr<SamplePort> open_soapy_source(const std::string&, const RadioSettings&)
{
    refuse();
}

#endif
#endif

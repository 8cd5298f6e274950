/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// USRPs as the ends of a flowgraph, with what UHD could not set as remarks, or the
// refusal of a program without gr-uhd.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/sample_port.h"
#include <djescc/error.h>

#ifdef DJESCC_HAVE_UHD

#include "air/event_counters.h"
#include <cmath>
#include <gnuradio/uhd/usrp_sink.h>
#include <gnuradio/uhd/usrp_source.h>
#include <uhd/device.hpp>
#include <uhd/exception.hpp>
#include <uhd/utils/log.hpp>

namespace {

//! Rates come from a clock by whole divisors; a larger difference is worth a remark.
constexpr double rate_tolerance = 1e-6;

void find_device(const std::string& address)
{
    uhd::log::set_console_level(uhd::log::warning);
    if (uhd::device::find(uhd::device_addr_t(address)).empty())
        throw djescc::DeviceError(
            "no USRP was found" + (address.empty() ? "" : " for '" + address + "'") +
            ": connect one and see what uhd_find_devices says (docs/over-the-air.md)");
}

uhd::stream_args_t stream_args()
{
    uhd::stream_args_t args("fc32", "sc16");
    args.channels = { 0 };
    return args;
}

template <typename Usrp>
std::string configure(Usrp& usrp, const RadioSettings& settings)
{
    if (!settings.frequency)
        throw djescc::ConfigError("a radio needs --freq, its centre frequency in Hz");
    if (!settings.clock_source.empty())
        usrp.set_clock_source(settings.clock_source);
    if (!settings.time_source.empty())
        usrp.set_time_source(settings.time_source);
    if (!settings.subdevice.empty())
        usrp.set_subdev_spec(settings.subdevice);
    usrp.set_samp_rate(settings.rate);
    if (!settings.antenna.empty())
        usrp.set_antenna(settings.antenna);
    usrp.set_center_freq(uhd::tune_request_t(*settings.frequency));
    if (settings.gain)
        usrp.set_gain(*settings.gain);
    if (settings.bandwidth)
        usrp.set_bandwidth(*settings.bandwidth);
    const double rate = usrp.get_samp_rate();
    if (std::abs(rate - settings.rate) > rate_tolerance * settings.rate)
        return "the USRP runs at " + std::to_string(rate) + " instead of " +
               std::to_string(settings.rate) +
               " samples a second; both ends must run at the same rate";
    return {};
}

//! UHD's exceptions are many; a user needs what they say and where to look.
template <typename Function>
auto translate(const std::string& address, Function function)
{
    try {
        return function();
    } catch (const uhd::exception& error) {
        throw djescc::DeviceError("the USRP '" + address + "': " + error.what());
    }
}

class UhdSink : public SamplePort
{
public:
    UhdSink(const std::string& address, const RadioSettings& settings)
        : d_events(AsyncEventCounter::make())
    {
        find_device(address);
        translate(address, [&] {
            d_usrp = gr::uhd::usrp_sink::make(address, stream_args());
            // Nothing goes out louder than somebody asked for.
            RadioSettings cautious = settings;
            cautious.gain = settings.gain.value_or(d_usrp->get_gain_range().start());
            d_remark = configure(*d_usrp, cautious);
        });
    }
    gr::basic_block_sptr block() override { return d_usrp; }
    void attach(gr::top_block& top) override
    {
        top.msg_connect(d_usrp, "async_msgs", d_events, "in");
    }
    Counters counters() const override { return d_events->counts(); }
    std::string remark() const override { return d_remark; }
    double rate() const override { return d_usrp->get_samp_rate(); }

private:
    std::shared_ptr<AsyncEventCounter> d_events;
    gr::uhd::usrp_sink::sptr d_usrp;
    std::string d_remark;
};

class UhdSource : public SamplePort
{
public:
    UhdSource(const std::string& address, const RadioSettings& settings)
        : d_overruns(OverrunCounter::make())
    {
        find_device(address);
        translate(address, [&] {
            d_usrp = gr::uhd::usrp_source::make(address, stream_args());
            d_remark = configure(*d_usrp, settings);
            if (!settings.gain)
                d_usrp->set_normalized_gain(default_normalized_gain);
        });
    }
    gr::basic_block_sptr block() override { return d_usrp; }
    void attach(gr::top_block& top) override { top.connect(d_usrp, 0, d_overruns, 0); }
    Counters counters() const override
    {
        return { { "overruns", d_overruns->overruns() } };
    }
    std::string remark() const override { return d_remark; }
    double rate() const override { return d_usrp->get_samp_rate(); }

private:
    static constexpr double default_normalized_gain = 0.5;

    std::shared_ptr<OverrunCounter> d_overruns;
    gr::uhd::usrp_source::sptr d_usrp;
    std::string d_remark;
};

} // namespace

std::unique_ptr<SamplePort> open_uhd_sink(const std::string& address,
                                          const RadioSettings& settings)
{
    return std::make_unique<UhdSink>(address, settings);
}

std::unique_ptr<SamplePort> open_uhd_source(const std::string& address,
                                            const RadioSettings& settings)
{
    return std::make_unique<UhdSource>(address, settings);
}

#else

namespace {

[[noreturn]] void refuse()
{
    throw djescc::ConfigError(
        "this djescc was built without gr-uhd, so uhd:... cannot be used: build it where "
        "libuhd-dev and gnuradio-dev are installed");
}

} // namespace

std::unique_ptr<SamplePort> open_uhd_sink(const std::string&, const RadioSettings&)
{
    refuse();
}

std::unique_ptr<SamplePort> open_uhd_source(const std::string&, const RadioSettings&)
{
    refuse();
}

#endif
#endif

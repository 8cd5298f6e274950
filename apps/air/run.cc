/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Runs a flowgraph with a status line every second and tells at the end what was dropped.

#ifdef DJESCC_HAVE_GNURADIO
#include "air/run.h"

#include "air/json_log.h"
#include "interrupt.h"
#include "progress.h"
#include <chrono>
#include <djescc/error.h>
#include <future>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_interval{ 50 };
constexpr std::chrono::seconds status_interval{ 1 };
constexpr std::chrono::seconds socket_time{ 3 }; // for what ZeroMQ still has to send

double seconds_between(Clock::time_point start, Clock::time_point end)
{
    return std::chrono::duration<double>(end - start).count();
}

std::string line_of(const AirFlowgraph& flowgraph, double images_per_second)
{
    std::ostringstream line;
    line << flowgraph.images() << " images (" << std::fixed << std::setprecision(2)
         << images_per_second << "/s), " << flowgraph.status_line();
    return line.str();
}

//! One run's status lines and log.
class Report
{
public:
    Report(AirFlowgraph& flowgraph, const std::string& json) : d_flowgraph(flowgraph)
    {
        if (!json.empty())
            d_log.emplace(json);
    }

    void tick()
    {
        const auto now = Clock::now();
        if (now - d_last < status_interval)
            return;
        const uint64_t images = d_flowgraph.images();
        const double rate =
            static_cast<double>(images - d_last_images) / seconds_between(d_last, now);
        d_last = now;
        d_last_images = images;
        d_progress.show(line_of(d_flowgraph, rate));
        write("status", rate);
    }

    void finish()
    {
        const double seconds = seconds_between(d_start, Clock::now());
        const double rate =
            seconds > 0 ? static_cast<double>(d_flowgraph.images()) / seconds : 0;
        d_progress.line(line_of(d_flowgraph, rate));
        write("end", rate);
    }

    //! \throws djescc::Error where the log is not whole
    void require_written() const
    {
        if (d_log)
            d_log->require_written();
    }

private:
    void write(const char* event, double rate)
    {
        if (!d_log)
            return;
        d_log->write({ { "event", event },
                       { "seconds", seconds_between(d_start, Clock::now()) },
                       { "images", d_flowgraph.images() },
                       { "images_per_second", rate },
                       { "link", d_flowgraph.figures() },
                       { "counters", d_flowgraph.counters() } });
    }

    AirFlowgraph& d_flowgraph;
    std::optional<JsonLog> d_log;
    Progress d_progress;
    const Clock::time_point d_start = Clock::now();
    Clock::time_point d_last = d_start;
    uint64_t d_last_images = 0;
};

void tell_drops(const AirFlowgraph& flowgraph)
{
    for (const auto& [block, counters] : flowgraph.counters())
        for (const auto& [name, count] : counters)
            if (name.rfind("dropped", 0) == 0 && count > 0)
                std::cerr << "djescc: " << block << ", " << name << ": " << count << '\n';
}

} // namespace

bool run_flowgraph(AirFlowgraph& flowgraph, const RunOptions& options)
{
    const Interrupt interrupt;
    for (const auto& remark : flowgraph.remarks())
        std::cerr << "djescc: " << remark << '\n';
    Report report(flowgraph, options.json);
    flowgraph.top().start();
    auto end = std::async(std::launch::async, [&] { flowgraph.top().wait(); });
    bool stopping = false;
    while (end.wait_for(poll_interval) != std::future_status::ready) {
        const bool enough = options.count > 0 && flowgraph.images() >= options.count;
        if (!stopping && (enough || interrupt.requested())) {
            stopping = true;
            flowgraph.top().stop();
        }
        report.tick();
    }
    end.get();
    if (flowgraph.ends_in_socket() && !interrupt.requested())
        std::this_thread::sleep_for(socket_time);
    report.finish();
    tell_drops(flowgraph);
    report.require_written();
    if (const auto error = flowgraph.error(); !error.empty())
        throw djescc::Error(error);
    return interrupt.requested();
}
#endif

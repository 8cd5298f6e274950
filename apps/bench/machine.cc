/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads the processor's name, the usable cores and the versions of the libraries.

#include "bench/machine.h"

#include <fstream>
#include <sched.h>
#include <string>
#include <torch/version.h>
#ifdef DJESCC_HAVE_GNURADIO
#include <gnuradio/constants.h>
#endif

namespace {

std::string processor_name()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const auto colon = line.find(": ");
        if (line.rfind("model name", 0) == 0 && colon != std::string::npos)
            return line.substr(colon + 2);
    }
    return "unknown";
}

int usable_cores()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 0;
}

} // namespace

nlohmann::json describe_machine()
{
    nlohmann::json gnuradio;
#ifdef DJESCC_HAVE_GNURADIO
    gnuradio = gr::version();
#endif
    return { { "processor", processor_name() },
             { "cores", usable_cores() },
             { "libtorch", TORCH_VERSION },
             { "gnuradio", gnuradio },
             { "compiler", __VERSION__ } };
}

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Rate, frequency, gain and the rest of what a radio is told. */
#pragma once

#include <djescc/recording/sigmf.h>
#include <optional>
#include <string>

//! How a radio is to be set; also what a recording says about itself.
struct RadioSettings {
    double rate = 1e6;               //!< samples a second
    std::optional<double> frequency; //!< in Hz; a radio needs it
    std::optional<double> gain;      //!< in dB
    std::optional<double> bandwidth; //!< of the analog filter, in Hz
    std::string antenna;             //!< empty: the device's default
    std::string subdevice;           //!< UHD only; empty: the device's default
    std::string clock_source;        //!< internal, external, gpsdo; empty: the default
    std::string time_source;         //!< as clock_source
    djescc::SampleFormat format = djescc::SampleFormat::cf32_le; //!< of a recording
};

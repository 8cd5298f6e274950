/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The SNRs that a command line means, such as "0:5:20". */
#pragma once

#include <string>
#include <vector>

/*! The SNRs that a command line means.
 *  \param text  "0,5,10,20" or START:STEP:STOP as in "0:5:20" (STOP included where a step
 *               meets it), or both forms mixed, "0:5:10,20"
 *  \return values in dB, in the given order
 *  \throws djescc::ConfigError for anything else, a value outside [-100, 100] dB, or more
 *          than 1000 values */
std::vector<double> parse_snr_list(const std::string& text);

//! "5", "-2.5": as few digits as tell the value.
std::string format_snr(double snr_db);

//! Name of the folder for a SNR, "snr_05", "snr_-05", "snr_02.5": sorts well.
std::string snr_folder(double snr_db);

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  How good pictures can be that a picture coder and an ideal channel code bring over
 *  white noise. */
#pragma once

#include <cstdint>
#include <djescc/eval/evaluation.h>
#include <djescc/export.h>
#include <nlohmann/json.hpp>
#include <vector>

namespace DJESCC_EXPORT djescc {

/*! Bits that uses of a complex channel with white Gaussian noise carry at most:
 *  symbols log2(1 + 10^(snr_db / 10)) (Shannon 1948, "A mathematical theory of
 *  communication", theorem 17, for real and imaginary part).
 *  \param symbols  0 or more
 *  \param snr_db   Es/N0 in dB */
double capacity_bits(int64_t symbols, double snr_db);

/*! Quality of codec `separate` with channel codes that reach capacity: every picture is
 *  coded at the best quality that fits the whole bytes of capacity_bits(), times the part
 *  of the symbols that is not lost, and arrives. No CRC, no modulation, no noise. A
 *  picture that does not fit at the poorest quality is grey, and an outage.
 *
 *  Of \p options the crop and watch() count: no draw differs from another.
 *  \param codec  a configuration of codec `separate`: its coder and bandwidth ratio count
 *  \return one for each channel; protected images have no figures
 *  \throws ConfigError for another codec */
std::vector<ChainQuality>
measure_shannon_bound(const nlohmann::json& codec,
                      const Dataset& dataset,
                      const MeasureOptions& options,
                      const std::vector<MeasuredChannel>& channels);

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The table of quality over SNR that model.json keeps. */
#pragma once

#include <djescc/eval/evaluation.h>
#include <nlohmann/json.hpp>

namespace djescc {

/*! Quality at the ends of a range of SNRs and every 5 dB between, as model.json keeps it.
 *  \param options  its range is the table's
 *
 *  Of a codec that sends in parts the rows are of all parts; where only the first P of
 *  them arrive, the figures stand under `psnr_db_partP` and `ssim_partP`. */
nlohmann::json
quality_table(ChainRunner& chain, const Dataset& dataset, const MeasureOptions& options);

} // namespace djescc

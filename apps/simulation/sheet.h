/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The sheet of pictures that `djescc simulate --sheet` draws. */
#pragma once

#include "simulation/simulation.h"
#include <djescc/image/contact_sheet.h>
#include <map>
#include <string>
#include <vector>

/*! The contact sheet of a simulation: for each picture a row for each SNR, with the
 *  columns plain, protected, decoded by the provider, decrypted. */
class Sheet
{
public:
    //! Takes the pictures that \p run kept.
    void add(const SimulationRun& run, double snr_db);

    //! Writes a PNG.
    //! \throws djescc::Error where there is no picture or it cannot be written
    void write(const std::string& path) const;

private:
    std::map<int64_t, std::vector<djescc::ContactSheetRow>> d_rows; //!< by picture
    int64_t d_longest_side = 0;
};

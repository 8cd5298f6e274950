/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The report of a security run, as one HTML page or as files of figures. */
#pragma once

#include "security/security.h"
#include <string>

/*! Writes one HTML file that needs no other: tables, pictures, histograms, scatter plots.
 *  \param tables  what print_security() prints
 *  \throws djescc::Error where it cannot be written */
void write_security_report(const SecurityRun& run,
                           const std::string& tables,
                           const std::string& path);

/*! Writes the report's figures as files that are named after the EDNN paper's: fig2.png
 *  (plain, cipher, decrypted), fig3.png (wrong keys), fig4-<image>-{plain,cipher}.svg
 *  (histograms), fig5.png (neighbours), fig6.png (occlusion).
 *  \throws djescc::Error where one cannot be written */
void write_security_figures(const SecurityRun& run, const std::string& folder);

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Curves of PSNR over SNR with confidence intervals, beside figures from elsewhere. */
#pragma once

#include <array>
#include <string>
#include <vector>

//! A mean PSNR measured at one SNR.
struct PlotPoint {
    double snr_db = 0;
    double psnr_db = 0;
    double interval =
        0; //!< half of the 95 % confidence interval; NaN where there is none
};

enum class CurveStyle {
    marked, //!< a colour of its own, marks and confidence intervals
    thin,   //!< one of many that a thick one sums up
    thick,
    dashed
};

//! What was measured of one model.
struct PlotCurve {
    std::string name;
    std::vector<PlotPoint> points;
    CurveStyle style = CurveStyle::marked;
};

/*! Figures from elsewhere, drawn beside what was measured: points, or one PSNR that is
 *  the mean over a range of SNRs, which becomes a dashed level. */
struct PlotReference {
    std::string name;
    std::string curve; //!< name of the curve whose colour it takes; empty: one of its own
    std::vector<std::array<double, 2>> points; //!< SNR and PSNR in dB
    std::array<double, 2> snr_db{ 0, 0 };      //!< range of a level
    double psnr_db = 0;                        //!< of a level, where there are no points
};

/*! References of a JSON file,
 *
 *      {"source": "...", "series": [
 *        {"label": "...", "points": [[snr_db, psnr_db], ...], "model": "..."},
 *        {"label": "...", "psnr_db": 29.6, "snr_db": [lowest, highest]}]}
 *
 *  where "source" and "model" may be absent; "model" names the curve that it belongs to.
 *  \throws djescc::ConfigError that names the file and the place in it */
std::vector<PlotReference> read_references(const std::string& path);

/*! PSNR of decrypted pictures against SNR as STEM.png and STEM.svg, 1200 x 800 pixels.
 *  Points that are not finite are left out.
 *  \throws djescc::Error and djescc::ConfigError as write_plots() */
void write_psnr_plot(const std::string& title,
                     const std::vector<PlotCurve>& curves,
                     const std::vector<PlotReference>& references,
                     const std::string& stem);

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Puts the pictures of a simulation in rows by picture and SNR.

#include "simulation/sheet.h"

#include "snr_list.h"
#include "text_table.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <djescc/image/image_io.h>

namespace {

constexpr int64_t smallest_cell = 192;                // below that nobody sees anything
constexpr int64_t longest_sheet = 16 * smallest_cell; // cells above each other
constexpr int64_t largest_cell = 384; // four beside each other fit a screen

std::string caption(const Quality& quality, bool outage)
{
    if (outage)
        return "outage";
    if (std::isinf(quality.psnr_db))
        return "identical";
    return format_number(quality.psnr_db, 1) + " dB, SSIM " +
           format_number(quality.ssim, 2);
}

} // namespace

void Sheet::add(const SimulationRun& run, double snr_db)
{
    for (const auto& frame : run.frames) {
        const auto found = run.images.find(frame.id);
        if (found == run.images.end())
            continue;
        const auto& images = found->second;
        d_rows[frame.id].push_back(
            { frame.image + "\n" + format_snr(snr_db) + " dB SNR",
              { images.plain, images.protected_, images.decoded, images.decrypted },
              { "",
                caption(frame.protected_, false),
                caption(frame.decoded, frame.outage),
                caption(frame.decrypted, frame.outage) } });
        d_longest_side =
            std::max({ d_longest_side, images.plain.size(1), images.plain.size(2) });
    }
}

void Sheet::write(const std::string& path) const
{
    std::vector<djescc::ContactSheetRow> rows;
    const auto count = [&] { return static_cast<int64_t>(rows.size()); };
    for (const auto& [id, of_picture] : d_rows) {
        // Whole pictures, and the first in any case.
        const auto more = static_cast<int64_t>(of_picture.size());
        if (!rows.empty() && (count() + more) * smallest_cell > longest_sheet)
            break;
        rows.insert(rows.end(), of_picture.begin(), of_picture.end());
    }
    if (rows.empty())
        throw djescc::Error("no picture for the contact sheet " + path);
    djescc::write_png(
        djescc::contact_sheet(
            { "plain", "protected", "decoded by the provider", "decrypted" },
            rows,
            std::clamp(std::min(d_longest_side, longest_sheet / count()),
                       smallest_cell,
                       largest_cell)),
        path);
}

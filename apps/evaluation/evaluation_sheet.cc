/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Puts one picture in rows by model and columns by SNR.

#include "evaluation/evaluation_sheet.h"

#include "snr_list.h"
#include "text_table.h"
#include <algorithm>
#include <cmath>
#include <djescc/image/contact_sheet.h>
#include <djescc/image/image_io.h>

namespace {

// Of a cell: below that nobody sees anything, and four beside each other fit a screen.
constexpr int64_t fewest_pixels = 160, most_pixels = 320;

std::string caption(const djescc::MeasuredImage& image)
{
    if (image.outage)
        return "outage";
    if (std::isinf(image.psnr_db))
        return "identical";
    return format_number(image.psnr_db, 1) + " dB";
}

//! A label in lines of a few words, as the sheet's left margin is narrow.
std::string in_lines(const std::string& text)
{
    std::string lines = text;
    for (std::size_t at = lines.find(", "); at != std::string::npos;
         at = lines.find(", ", at + 1))
        lines.replace(at, 2, "\n");
    return lines;
}

} // namespace

void write_evaluation_sheet(const std::vector<EvaluationResult>& results,
                            const torch::Tensor& plain,
                            const std::vector<double>& snrs,
                            const std::string& path)
{
    std::vector<std::string> titles;
    for (const double snr : snrs)
        titles.push_back(format_snr(snr) + " dB SNR");
    std::vector<djescc::ContactSheetRow> rows{ { "plain", { plain }, {} } };
    for (const auto& result : results) {
        if (!result.shown)
            continue;
        const auto column = static_cast<std::size_t>(
            std::find(snrs.begin(), snrs.end(), result.at.snr_db[0]) - snrs.begin());
        if (column == snrs.size())
            continue;
        const auto label = in_lines(curve_name(result, results));
        auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& known) {
            return known.label == label;
        });
        if (row == rows.end())
            row = rows.insert(rows.end(),
                              { label,
                                std::vector<torch::Tensor>(snrs.size()),
                                std::vector<std::string>(snrs.size()) });
        row->images[column] = result.shown->decrypted;
        row->captions[column] = caption(*result.shown);
    }
    const auto side = std::max(plain.size(1), plain.size(2));
    djescc::write_png(
        djescc::contact_sheet(titles, rows, std::clamp(side, fewest_pixels, most_pixels)),
        path);
}

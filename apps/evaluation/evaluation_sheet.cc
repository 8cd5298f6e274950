/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Puts pictures in rows by model and columns by SNR and picture.

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

std::string quality_of(const djescc::MeasuredImage& image)
{
    if (image.outage)
        return "outage";
    if (std::isinf(image.psnr_db))
        return "identical";
    return format_number(image.psnr_db, 1) + " dB";
}

std::string title(double snr, const SheetPicture& picture, bool one)
{
    const auto of_snr = format_snr(snr) + " dB SNR";
    return one ? of_snr : "picture " + std::to_string(picture.index + 1) + ", " + of_snr;
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
                            const std::vector<SheetPicture>& pictures,
                            const std::vector<double>& snrs,
                            const NamePicture& name_picture,
                            const std::string& path)
{
    const auto named = [&](const torch::Tensor& picture) {
        return name_picture ? name_picture(picture) : std::string();
    };
    std::vector<std::string> titles;
    djescc::ContactSheetRow plain{ "plain", {}, {} };
    int64_t side = 1;
    const bool one = pictures.size() == 1;
    for (const double snr : snrs)
        for (const auto& picture : pictures) {
            titles.push_back(title(snr, picture, one));
            // one picture stands there once
            const bool repeated = one && !plain.images.empty();
            plain.images.push_back(repeated ? torch::Tensor() : picture.plain);
            plain.captions.push_back(repeated ? "" : named(picture.plain));
            side = std::max({ side, picture.plain.size(1), picture.plain.size(2) });
        }
    std::vector<djescc::ContactSheetRow> rows{ plain };
    for (const auto& result : results) {
        const auto snr = static_cast<std::size_t>(
            std::find(snrs.begin(), snrs.end(), result.at.snr_db[0]) - snrs.begin());
        if (result.shown.empty() || snr == snrs.size())
            continue;
        const auto label = in_lines(curve_name(result, results));
        auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& known) {
            return known.label == label;
        });
        if (row == rows.end())
            row = rows.insert(rows.end(),
                              { label,
                                std::vector<torch::Tensor>(titles.size()),
                                std::vector<std::string>(titles.size()) });
        for (std::size_t i = 0; i < pictures.size(); i++) {
            const auto shown = result.shown.find(pictures[i].index);
            if (shown == result.shown.end())
                continue;
            const auto column = snr * pictures.size() + i;
            const auto name = named(shown->second.decrypted);
            row->images[column] = shown->second.decrypted;
            row->captions[column] =
                quality_of(shown->second) + (name.empty() ? "" : ", " + name);
        }
    }
    djescc::write_png(
        djescc::contact_sheet(titles, rows, std::clamp(side, fewest_pixels, most_pixels)),
        path);
}

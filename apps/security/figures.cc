/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Lays the pictures of a security run out as contact sheets.

#include "security/figures.h"

#include "security/plots.h"
#include "text_table.h"
#include <algorithm>
#include <cmath>
#include <djescc/image/contact_sheet.h>
#include <djescc/metrics/randomness.h>

namespace {

using djescc::ContactSheetRow;
using torch::Tensor;

constexpr int64_t cell = 256;

std::string quality_caption(const nlohmann::json& quality)
{
    const double psnr_db = quality.at("psnr_db");
    if (std::isinf(psnr_db))
        return "identical";
    return format_number(psnr_db, 2) + " dB";
}

Tensor overview(const SecurityRun& run)
{
    std::vector<ContactSheetRow> rows;
    for (const auto& image : run.images)
        rows.push_back({ image.name,
                         { image.plain, image.protected_image, image.decrypted },
                         { "", "", quality_caption(image.figures.at("decrypted")) } });
    return djescc::contact_sheet({ "plain", "cipher", "decrypted" }, rows, cell);
}

Tensor wrong_keys(const SecurityRun& run)
{
    std::vector<std::string> titles{ "right key" };
    std::vector<ContactSheetRow> rows;
    for (const auto& change : run.images.front().wrong_keys)
        titles.push_back(change.caption.substr(0, change.caption.find('\n')));
    if (titles.size() == 1)
        return {};
    for (const auto& image : run.images) {
        ContactSheetRow row{ image.name,
                             { image.decrypted },
                             { quality_caption(image.figures.at("decrypted")) } };
        for (const auto& wrong : image.wrong_keys) {
            row.images.push_back(wrong.image);
            row.captions.push_back(wrong.caption.substr(wrong.caption.find('\n') + 1));
        }
        rows.push_back(row);
    }
    return djescc::contact_sheet(titles, rows, cell);
}

Tensor neighbours(const SecurityRun& run)
{
    std::vector<ContactSheetRow> rows;
    for (const auto& image : run.images)
        for (const bool cipher : { false, true }) {
            const auto& picture = cipher ? image.protected_image : image.plain;
            ContactSheetRow row{ image.name + (cipher ? "\ncipher" : "\nplain"), {}, {} };
            for (const auto direction : djescc::all_directions) {
                row.images.push_back(scatter_picture(
                    djescc::adjacent_pairs(picture, direction, run.pairs)));
                const double value = image.figures.at("correlation")
                                         .at(to_string(direction))
                                         .at(cipher ? "cipher" : "plain");
                row.captions.push_back("r = " + format_number(value, 4));
            }
            rows.push_back(row);
        }
    return djescc::contact_sheet({ "horizontal", "vertical", "diagonal" }, rows, cell);
}

using Pairs = std::vector<std::pair<CaptionedPicture, CaptionedPicture>>;

Tensor damage(const SecurityRun& run, Pairs ImageSecurity::*member)
{
    std::vector<std::string> titles;
    for (const auto& pair : run.images.front().*member)
        titles.push_back(pair.first.caption);
    std::vector<ContactSheetRow> rows;
    for (const auto& image : run.images) {
        ContactSheetRow damaged{ image.name + "\ncipher", {}, {} };
        ContactSheetRow decrypted{ image.name + "\ndecrypted", {}, {} };
        for (const auto& [before, after] : image.*member) {
            damaged.images.push_back(before.image);
            decrypted.images.push_back(after.image);
            decrypted.captions.push_back(
                after.caption.substr(after.caption.find('\n') + 1));
        }
        rows.push_back(damaged);
        rows.push_back(decrypted);
    }
    return djescc::contact_sheet(titles, rows, cell);
}

Tensor attack(const SecurityRun& run)
{
    std::vector<ContactSheetRow> rows;
    for (const auto& image : run.images)
        if (image.attacked.image.defined())
            rows.push_back(
                { image.name,
                  { image.plain, image.protected_image, image.attacked.image },
                  { "", "", quality_caption(image.figures.at("known_plaintext")) } });
    if (rows.empty())
        return {};
    return djescc::contact_sheet(
        { "plain", "cipher", "attacker, " + run.known }, rows, cell);
}

} // namespace

SecurityFigures security_figures(const SecurityRun& run)
{
    return { overview(run),
             wrong_keys(run),
             neighbours(run),
             damage(run, &ImageSecurity::occluded),
             damage(run, &ImageSecurity::noisy),
             damage(run, &ImageSecurity::damaged),
             attack(run) };
}

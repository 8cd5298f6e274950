/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Prints what was measured of models and writes it as JSON and CSV.

#include "evaluation/results.h"

#include "snr_list.h"
#include "text_table.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>
#include <fstream>
#include <ostream>

namespace {

constexpr int uses_decimals = 4;

//! A figure with its confidence interval, which a single picture has not.
std::string with_interval(double value, double interval)
{
    return format_number(value, 3) +
           (std::isfinite(interval) ? " +-" + format_number(interval, 2) : "");
}

nlohmann::json to_json(const djescc::StageQuality& quality)
{
    return { { "psnr_db", quality.psnr_db },
             { "psnr_db_interval", quality.psnr_db_interval },
             { "mean_mse_psnr_db", quality.mean_mse_psnr_db },
             { "ssim", quality.ssim },
             { "ssim_interval", quality.ssim_interval },
             { "visual_security", quality.visual_security },
             { "visual_security_interval", quality.visual_security_interval },
             { "argmax_agreement", quality.argmax_agreement } };
}

double outage_percent(const EvaluationResult& result)
{
    return 100.0 * static_cast<double>(result.quality.outages) /
           static_cast<double>(std::max<int64_t>(result.sent, 1));
}

const char* kind_name(RowKind kind)
{
    switch (kind) {
    case RowKind::digital:
        return "digital";
    case RowKind::envelope:
        return "envelope";
    case RowKind::bound:
        return "bound";
    default:
        return "model";
    }
}

bool tells_classes(const std::vector<EvaluationResult>& results)
{
    return std::any_of(results.begin(), results.end(), [](const auto& result) {
        return result.classified.has_value();
    });
}

//! Accuracy and F1 in per cent, dashes where nothing was classified.
void add_classes(std::vector<std::string>& row,
                 const std::optional<ReceivedClasses>& classified)
{
    if (!classified) {
        row.insert(row.end(), { "-", "-" });
        return;
    }
    row.push_back(
        with_interval(100 * classified->accuracy, 100 * classified->accuracy_interval));
    row.push_back(format_number(100 * classified->macro_f1, 2));
}

//! Whether the rows are of codes that either arrive or do not, or were so.
bool tells_outages(const std::vector<EvaluationResult>& results)
{
    return std::any_of(results.begin(), results.end(), [](const auto& result) {
        return result.kind != RowKind::model || result.quality.outages > 0;
    });
}

nlohmann::json to_json(const EvaluationResult& result)
{
    auto json = to_json(result.quality.decrypted);
    json["model"] = result.model;
    json["snr_db"] = result.at.snr;
    json["erased_percent"] = result.at.erased;
    json["protected"] = to_json(result.quality.protected_images);
    json["decoded"] = to_json(result.quality.decoded);
    json["outages"] = result.quality.outages;
    json["outage_percent"] = outage_percent(result);
    json["channel_uses_per_pixel"] = result.quality.channel_uses_per_pixel;
    if (result.classified)
        json["classified"] = to_json(*result.classified);
    if (result.kind == RowKind::envelope)
        json["best"] = result.best;
    if (result.kind != RowKind::model)
        json["kind"] = kind_name(result.kind);
    return json;
}

//! Quoted where it has to be, as RFC 4180 has it.
std::string csv_field(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
}

} // namespace

std::vector<NamedModel> open_models(const std::vector<std::string>& directories)
{
    std::vector<NamedModel> models;
    for (const auto& directory : directories) {
        auto model = std::make_unique<djescc::Model>(directory);
        std::string name = model->manifest().name;
        models.push_back({ std::move(model), std::move(name) });
    }
    for (auto& named : models) {
        const auto same = [&](const NamedModel& other) {
            return other.model->manifest().name == named.model->manifest().name;
        };
        if (std::count_if(models.begin(), models.end(), same) > 1)
            named.name += " (" + named.model->directory() + ")";
    }
    return models;
}

void print_results(const std::vector<EvaluationResult>& results,
                   bool argmax,
                   std::ostream& out)
{
    std::vector<std::string> header{ "model",     "SNR dB", "erased %", "uses/px",
                                     "PSNR dB",   "of MSE", "SSIM",     "LCES",
                                     "protected", "SSIM",   "LCES",     "decoded",
                                     "SSIM",      "LCES" };
    const bool with_outages = tells_outages(results);
    const bool with_classes = tells_classes(results);
    if (argmax)
        header.push_back("argmax %");
    if (with_classes)
        header.insert(header.end(), { "accuracy %", "F1 %" });
    if (with_outages)
        header.push_back("outages %");
    TextTable table(header);
    for (const auto& result : results) {
        const auto& quality = result.quality;
        const auto& decrypted = quality.decrypted;
        std::vector<std::string> row{
            result.model,
            result.at.snr,
            format_snr(result.at.erased),
            format_number(quality.channel_uses_per_pixel, uses_decimals),
            with_interval(decrypted.psnr_db, decrypted.psnr_db_interval),
            format_number(decrypted.mean_mse_psnr_db, 3),
            format_number(decrypted.ssim, 3),
            format_number(decrypted.visual_security, 3),
            format_number(quality.protected_images.psnr_db, 3),
            format_number(quality.protected_images.ssim, 3),
            format_number(quality.protected_images.visual_security, 3),
            format_number(quality.decoded.psnr_db, 3),
            format_number(quality.decoded.ssim, 3),
            format_number(quality.decoded.visual_security, 3)
        };
        if (argmax)
            row.push_back(format_number(100 * decrypted.argmax_agreement, 2));
        if (with_classes)
            add_classes(row, result.classified);
        if (with_outages)
            row.push_back(format_number(outage_percent(result), 1));
        table.add(std::move(row));
    }
    table.print(out);
}

void print_plain_classification(const ReceivedClasses& plain, std::ostream& out)
{
    out << "plain pictures: accuracy "
        << with_interval(100 * plain.accuracy, 100 * plain.accuracy_interval) << " %, F1 "
        << format_number(100 * plain.macro_f1, 2) << " %\n";
}

void print_confusion(const std::string& title,
                     const djescc::ConfusionMatrix& confusion,
                     std::ostream& out)
{
    out << '\n' << title << ": shown, and named\n";
    const auto& counts = confusion.counts();
    std::vector<std::string> header{ "class" };
    for (int64_t i = 0; i < counts.size(0); ++i)
        header.push_back(std::to_string(i));
    TextTable table(header);
    for (int64_t i = 0; i < counts.size(0); ++i) {
        std::vector<std::string> row{ std::to_string(i) };
        for (int64_t j = 0; j < counts.size(1); ++j)
            row.push_back(std::to_string(counts[i][j].item<int64_t>()));
        table.add(std::move(row));
    }
    table.print(out);
}

std::string row_title(const EvaluationResult& result)
{
    return result.model + ", " + result.at.snr + " dB SNR" +
           (result.at.erased > 0 ? ", " + format_snr(result.at.erased) + " % lost" : "");
}

nlohmann::json to_json(const std::vector<EvaluationResult>& results)
{
    auto rows = nlohmann::json::array();
    for (const auto& result : results)
        rows.push_back(to_json(result));
    return rows;
}

void write_csv(const std::vector<EvaluationResult>& results, const std::string& path)
{
    std::ofstream stream(path);
    stream << "model,snr_db_lowest,snr_db_highest,erased_percent";
    for (const char* stage : { "decrypted", "protected", "decoded" })
        for (const char* figure : { "psnr_db",
                                    "psnr_db_interval",
                                    "mean_mse_psnr_db",
                                    "ssim",
                                    "ssim_interval",
                                    "visual_security",
                                    "visual_security_interval" })
            stream << ',' << stage << '_' << figure;
    stream << ",outage_percent,best,channel_uses_per_pixel,accuracy,accuracy_interval,"
              "macro_f1,argmax_agreement\n";
    for (const auto& result : results) {
        const auto& at = result.at;
        const auto& quality = result.quality;
        stream << csv_field(result.model) << ',' << at.snr_db[0] << ',' << at.snr_db[1]
               << ',' << at.erased;
        for (const auto* stage :
             { &quality.decrypted, &quality.protected_images, &quality.decoded })
            for (const double figure : { stage->psnr_db,
                                         stage->psnr_db_interval,
                                         stage->mean_mse_psnr_db,
                                         stage->ssim,
                                         stage->ssim_interval,
                                         stage->visual_security,
                                         stage->visual_security_interval })
                stream << ',' << figure;
        stream << ',' << outage_percent(result) << ',' << csv_field(result.best) << ','
               << quality.channel_uses_per_pixel;
        if (const auto& classified = result.classified)
            stream << ',' << classified->accuracy << ',' << classified->accuracy_interval
                   << ',' << classified->macro_f1;
        else
            stream << ",,,";
        stream << ',' << quality.decrypted.argmax_agreement << '\n';
    }
    if (!stream.flush())
        throw djescc::Error(path + " cannot be written");
}

std::string curve_name(const EvaluationResult& result,
                       const std::vector<EvaluationResult>& results)
{
    const auto some_erased = std::any_of(
        results.begin(), results.end(), [](const auto& r) { return r.at.erased > 0; });
    return some_erased ? result.model + ", " + format_snr(result.at.erased) + " % lost"
                       : result.model;
}

std::vector<PlotCurve> to_curves(const std::vector<EvaluationResult>& results)
{
    // one of several digital models stands back behind their envelope
    const auto some_envelope = std::any_of(results.begin(), results.end(), [](auto& r) {
        return r.kind == RowKind::envelope;
    });
    const auto style = [&](RowKind kind) {
        if (kind == RowKind::digital)
            return some_envelope ? CurveStyle::thin : CurveStyle::marked;
        if (kind == RowKind::envelope)
            return CurveStyle::thick;
        return kind == RowKind::bound ? CurveStyle::dashed : CurveStyle::marked;
    };
    std::vector<PlotCurve> curves;
    for (const auto& result : results) {
        const std::string name = curve_name(result, results);
        auto found = std::find_if(curves.begin(), curves.end(), [&](const auto& curve) {
            return curve.name == name;
        });
        if (found == curves.end())
            found = curves.insert(curves.end(), { name, {}, style(result.kind) });
        found->points.push_back({ result.at.snr_db[0],
                                  result.quality.decrypted.psnr_db,
                                  result.quality.decrypted.psnr_db_interval });
    }
    return curves;
}

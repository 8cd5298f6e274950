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
             { "visual_security_interval", quality.visual_security_interval } };
}

nlohmann::json to_json(const EvaluationResult& result)
{
    auto json = to_json(result.quality.decrypted);
    json["model"] = result.model;
    json["snr_db"] = result.at.snr;
    json["erased_percent"] = result.at.erased;
    json["protected"] = to_json(result.quality.protected_images);
    json["decoded"] = to_json(result.quality.decoded);
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

void print_results(const std::vector<EvaluationResult>& results, std::ostream& out)
{
    TextTable table({ "model",
                      "SNR dB",
                      "erased %",
                      "PSNR dB",
                      "of MSE",
                      "SSIM",
                      "LCES",
                      "protected",
                      "SSIM",
                      "LCES",
                      "decoded",
                      "SSIM",
                      "LCES" });
    for (const auto& [model, at, quality] : results) {
        const auto& decrypted = quality.decrypted;
        table.add({ model,
                    at.snr,
                    format_snr(at.erased),
                    with_interval(decrypted.psnr_db, decrypted.psnr_db_interval),
                    format_number(decrypted.mean_mse_psnr_db, 3),
                    format_number(decrypted.ssim, 3),
                    format_number(decrypted.visual_security, 3),
                    format_number(quality.protected_images.psnr_db, 3),
                    format_number(quality.protected_images.ssim, 3),
                    format_number(quality.protected_images.visual_security, 3),
                    format_number(quality.decoded.psnr_db, 3),
                    format_number(quality.decoded.ssim, 3),
                    format_number(quality.decoded.visual_security, 3) });
    }
    table.print(out);
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
    stream << '\n';
    for (const auto& [model, at, quality] : results) {
        stream << csv_field(model) << ',' << at.snr_db[0] << ',' << at.snr_db[1] << ','
               << at.erased;
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
        stream << '\n';
    }
    if (!stream.flush())
        throw djescc::Error(path + " cannot be written");
}

std::vector<PlotCurve> to_curves(const std::vector<EvaluationResult>& results)
{
    const auto some_erased = std::any_of(
        results.begin(), results.end(), [](const auto& r) { return r.at.erased > 0; });
    std::vector<PlotCurve> curves;
    for (const auto& [model, at, quality] : results) {
        const std::string name =
            some_erased ? model + ", " + format_snr(at.erased) + " % lost" : model;
        if (curves.empty() || curves.back().name != name)
            curves.push_back({ name, {} });
        curves.back().points.push_back({ at.snr_db[0],
                                         quality.decrypted.psnr_db,
                                         quality.decrypted.psnr_db_interval });
    }
    return curves;
}

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Measures a chain at the ends of its range and every 5 dB between.

#include "eval/quality_table.h"

namespace djescc {

namespace {
constexpr double step_db = 5;
}

nlohmann::json
quality_table(ChainRunner& chain, const Dataset& dataset, const MeasureOptions& options)
{
    nlohmann::json rows = nlohmann::json::array();
    const auto [lowest, highest] = options.snr_db;
    for (double snr = lowest; snr <= highest + 1e-9; snr += step_db) {
        std::vector<MeasuredChannel> channels;
        for (int64_t parts = 1; parts <= chain.encoder().codec().parts(); ++parts)
            channels.push_back({ { snr, snr }, options.damage.erased, parts });
        const auto qualities = measure_qualities(chain, dataset, options, channels);
        const auto& quality = qualities.back();
        nlohmann::json row = { { "snr_db", snr },
                               { "psnr_db", quality.decrypted.psnr_db },
                               { "ssim", quality.decrypted.ssim },
                               { "protected_psnr_db", quality.protected_images.psnr_db },
                               { "protected_ssim", quality.protected_images.ssim },
                               { "decoded_psnr_db", quality.decoded.psnr_db },
                               { "decoded_ssim", quality.decoded.ssim },
                               { "channel_uses_per_pixel",
                                 quality.channel_uses_per_pixel } };
        for (std::size_t i = 0; i + 1 < qualities.size(); ++i) {
            const auto part = "_part" + std::to_string(i + 1);
            row["psnr_db" + part] = qualities[i].decrypted.psnr_db;
            row["ssim" + part] = qualities[i].decrypted.ssim;
        }
        rows.push_back(row);
    }
    return { { "data", dataset.description() },
             { "crop", options.crop },
             { "draws", options.draws },
             { "rows", rows } };
}

} // namespace djescc

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
        MeasureOptions here = options;
        here.snr_db = { snr, snr };
        const auto quality = measure_quality(chain, dataset, here);
        rows.push_back({ { "snr_db", snr },
                         { "psnr_db", quality.decrypted.psnr_db },
                         { "ssim", quality.decrypted.ssim },
                         { "protected_psnr_db", quality.protected_images.psnr_db },
                         { "protected_ssim", quality.protected_images.ssim },
                         { "decoded_psnr_db", quality.decoded.psnr_db },
                         { "decoded_ssim", quality.decoded.ssim },
                         { "channel_uses_per_pixel", quality.channel_uses_per_pixel } });
    }
    return { { "data", dataset.description() },
             { "crop", options.crop },
             { "draws", options.draws },
             { "rows", rows } };
}

} // namespace djescc

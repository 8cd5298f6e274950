/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads and writes the configuration of a U-Net.

#include "cipher/unet_config.h"

#include <djescc/error.h>
#include <djescc/files/config.h>

namespace djescc::unet_config {
namespace {

constexpr int64_t most_unet_levels = 6;
constexpr int64_t most_unet_filters = 4096;

} // namespace

UNetOptions read_unet(const nlohmann::json& config, const std::string& path)
{
    UNetOptions options;
    ConfigReader reader(config, path);
    options.widths = reader.get("widths", options.widths);
    options.down_convolutions = reader.get_in<int64_t>("down_convolutions", 2, 1, 8);
    options.up_convolutions = reader.get_in<int64_t>("up_convolutions", 2, 1, 8);
    options.up_kernel = reader.get_in<int64_t>("up_kernel", 3, 1, 3);
    options.batch_normalization = reader.get("batch_normalization", true);
    options.max_pooling = reader.get("max_pooling", true);
    options.leak = reader.get_in<double>("leak", 0.0, 0.0, 1.0);
    options.residual_blocks = reader.get_in<int64_t>("residual_blocks", 0, 0, 64);
    reader.finish();
    if (options.up_kernel == 2)
        throw ConfigError(path + ".up_kernel must be 1 or 3");
    if (options.widths.empty() ||
        options.widths.size() > static_cast<std::size_t>(most_unet_levels))
        throw ConfigError(path + ".widths must list 1 to 6 levels");
    for (const auto width : options.widths)
        if (width < 1 || width > most_unet_filters)
            throw ConfigError(path + ".widths must be from 1 to 4096 filters");
    return options;
}

nlohmann::json write_unet(const UNetOptions& options)
{
    return { { "widths", options.widths },
             { "down_convolutions", options.down_convolutions },
             { "up_convolutions", options.up_convolutions },
             { "up_kernel", options.up_kernel },
             { "batch_normalization", options.batch_normalization },
             { "max_pooling", options.max_pooling },
             { "leak", options.leak },
             { "residual_blocks", options.residual_blocks } };
}

} // namespace djescc::unet_config

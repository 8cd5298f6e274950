/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The configuration of a U-Net, as ciphers write it. */
#pragma once

#include "net/unet.h"
#include <nlohmann/json.hpp>
#include <string>

namespace djescc::unet_config {

/*! \param path  of the object within the configuration, for errors
 *  \throws ConfigError */
UNetOptions read_unet(const nlohmann::json& config, const std::string& path);
nlohmann::json write_unet(const UNetOptions& options);

} // namespace djescc::unet_config

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Plug-ins: shared libraries that register codecs and ciphers of their own when they are
 *  loaded (Codec::add(), Cipher::add()). */
#pragma once

#include <djescc/export.h>
#include <string>

namespace DJESCC_EXPORT djescc {

/*! Load a plug-in. It is code and runs with the caller's rights.
 *  \param path  of a shared library; one that is loaded already stays as it is
 *  \throws ConfigError that names the file and the loader's reason */
void load_plugin(const std::string& path);

/*! Load what the environment variable DJESCC_PLUGINS names, paths with colons between
 *  them, once in the process. Registries call it before they look for a type.
 *  \throws ConfigError as load_plugin() */
void load_plugins_of_environment();

} // namespace djescc

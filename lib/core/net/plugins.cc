/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Loads plug-ins with the system's dynamic loader.

#include <djescc/net/plugins.h>

#include <cstdlib>
#include <djescc/error.h>
#include <dlfcn.h>
#include <mutex>
#include <sstream>

namespace djescc {

void load_plugin(const std::string& path)
{
    // Never closed: registries keep functions of it.
    if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
        const char* reason = dlerror();
        throw ConfigError("the plug-in " + path + " cannot be loaded: " +
                          (reason != nullptr ? reason : "no reason given"));
    }
}

void load_plugins_of_environment()
{
    static std::recursive_mutex mutex;
    static bool loaded = false;
    const std::lock_guard<std::recursive_mutex> lock(mutex);
    if (loaded) {
        return;
    }
    loaded = true; // a plug-in that looks for a type comes by here again
    const char* paths = std::getenv("DJESCC_PLUGINS");
    std::istringstream list(paths != nullptr ? paths : "");
    try {
        for (std::string path; std::getline(list, path, ':');) {
            if (!path.empty()) {
                load_plugin(path);
            }
        }
    } catch (const ConfigError&) {
        loaded = false; // the next one to ask is told the same
        throw;
    }
}

} // namespace djescc

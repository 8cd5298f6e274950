/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Which models a ModelSource means. */
#pragma once

#include <djescc/runtime/role_runner.h>
#include <string>
#include <vector>

namespace djescc {

//! A source's models, checked but not loaded.
struct OpenedSource {
    /*! \param for_provider  the codec of a keyring alone, for which no key is needed
     *  \throws as RoleRunner's constructor */
    OpenedSource(const ModelSource& source, bool for_provider);

    //! Directories of the models that a frame can be under.
    std::vector<std::string> directories;
    //! Every picture has masks of its own under the key.
    bool picture_keys = false;
    Fingerprint fingerprint{}; //!< of the model that the provider runs
};

} // namespace djescc

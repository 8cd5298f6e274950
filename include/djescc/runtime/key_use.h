/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Which of a model's nets take a picture key. */
#pragma once

#include <djescc/export.h>
#include <djescc/runtime/role_runner.h>
#include <string>

namespace DJESCC_EXPORT djescc {

//! Where a key file goes; empty for nets that take none.
struct KeyUse {
    std::string cipher; //!< for encrypt and decrypt
    std::string codec;  //!< for encode and decode
};

/*! A key for each part of a model that takes one: a cipher whose masks it changes, a
 *  codec that seals what it sends, or both. A keyring's cipher always does. Where neither
 *  does, the cipher gets it, and its runner says what is wrong.
 *  \throws as Model and Keyring */
KeyUse key_use(const ModelSource& source);

} // namespace djescc

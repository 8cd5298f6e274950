/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The exceptions that the core throws on purpose. */
#pragma once

#include <djescc/export.h>
#include <stdexcept>
#include <string>

namespace DJESCC_EXPORT djescc {

/*! Base of every exception that the core throws on purpose. what() is one sentence
 *  that names the thing at fault (a file, a key, a device) and, where there is one,
 *  the mend. */
class Error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

//! A picture or video that cannot be read, written or used.
class ImageError : public Error
{
public:
    using Error::Error;
};

//! A model directory or one of its files that is missing, damaged or of another kind.
class ModelError : public Error
{
public:
    using Error::Error;
};

//! A configuration or argument that makes no sense.
class ConfigError : public Error
{
public:
    using Error::Error;
};

//! A compute device that is unknown or absent.
class DeviceError : public Error
{
public:
    using Error::Error;
};

//! A recording of samples that cannot be read, written or used.
class RecordingError : public Error
{
public:
    using Error::Error;
};

} // namespace djescc

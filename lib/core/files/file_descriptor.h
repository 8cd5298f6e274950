/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A POSIX file descriptor that closes itself. */
#pragma once

#include <unistd.h>

namespace djescc {

//! Closes a POSIX file descriptor.
class FileDescriptor
{
public:
    explicit FileDescriptor(int file) : d_file(file) {}
    ~FileDescriptor()
    {
        if (d_file >= 0) {
            ::close(d_file);
        }
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    explicit operator bool() const { return d_file >= 0; }
    int get() const { return d_file; }

private:
    int d_file;
};

} // namespace djescc

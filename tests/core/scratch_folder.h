/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Folders and files for tests, gone at their end. */
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace djescc::test {

//! A folder below the build tree that is empty at first and gone at the end.
class ScratchFolder
{
public:
    explicit ScratchFolder(const std::string& name)
        : d_path(std::filesystem::path(DJESCC_TEST_OUTPUT_DIR) / name)
    {
        std::filesystem::remove_all(d_path);
        std::filesystem::create_directories(d_path);
    }
    ~ScratchFolder()
    {
        std::error_code error;
        std::filesystem::remove_all(d_path, error);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    std::string path(const std::string& name) const { return (d_path / name).string(); }

    //! Writes a file; returns its path.
    std::string file(const std::string& name, const std::string& bytes) const
    {
        std::filesystem::create_directories((d_path / name).parent_path());
        std::ofstream(path(name), std::ios::binary) << bytes;
        return path(name);
    }

private:
    std::filesystem::path d_path;
};

//! The bytes of a file, to compare or to damage.
inline std::string file_bytes(const std::string& path)
{
    std::ifstream stream(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

} // namespace djescc::test

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Counts by the clock and keeps a bound in a locked file, so that no restart goes back.

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <djescc/error.h>
#include <djescc/keys/counter_source.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace djescc {

namespace {

//! A bound is one line of decimal digits, padded, so that writing it is one small write.
constexpr std::size_t digit_count = 20;
//! How far ahead of the counters a bound is: one write to the disk in a minute.
constexpr uint64_t reserved_counters = 60'000'000;

std::string bound_line(uint64_t bound)
{
    const std::string digits = std::to_string(bound);
    return std::string(digit_count - digits.size(), '0') + digits + '\n';
}

uint64_t read_bound(const std::string& path, int file)
{
    char line[digit_count + 2];
    const ssize_t size = ::pread(file, line, sizeof(line), 0);
    if (size == 0) {
        return 0;
    }
    uint64_t bound = 0;
    const auto result = std::from_chars(line, line + digit_count, bound);
    if (size != static_cast<ssize_t>(digit_count + 1) || line[digit_count] != '\n' ||
        result.ec != std::errc() || result.ptr != line + digit_count) {
        throw ConfigError(path +
                          " is damaged: remove it if this machine's clock is "
                          "right and was right when the key was last used, or "
                          "make a new key");
    }
    return bound;
}

} // namespace

CounterSource::CounterSource(const std::string& path)
    : d_path(path)
    , d_file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR))
{
    if (d_file < 0) {
        throw ConfigError(path +
                          ", which keeps counters from being used twice, cannot "
                          "be written: " +
                          std::strerror(errno));
    }
    try {
        if (::flock(d_file, LOCK_EX | LOCK_NB) != 0) {
            throw ConfigError(path +
                              " is in use: another transmitter has this key; "
                              "give each a key of its own");
        }
        d_bound = read_bound(path, d_file);
        d_next = d_bound;
    } catch (...) {
        ::close(d_file);
        throw;
    }
}

CounterSource::~CounterSource() { ::close(d_file); }

uint64_t CounterSource::now()
{
    using namespace std::chrono;
    return static_cast<uint64_t>(
        duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
}

void CounterSource::reserve(uint64_t bound)
{
    const std::string line = bound_line(bound);
    if (::pwrite(d_file, line.data(), line.size(), 0) !=
            static_cast<ssize_t>(line.size()) ||
        ::fdatasync(d_file) != 0) {
        throw Error(d_path + " cannot be written: " + std::strerror(errno));
    }
    d_bound = bound;
}

uint64_t CounterSource::take(uint64_t count)
{
    if (count == 0) {
        throw ConfigError("no counters were asked for");
    }
    const uint64_t first = std::max(d_next, now());
    if (first + count > d_bound) {
        reserve(first + count + reserved_counters);
    }
    d_next = first + count;
    return first;
}

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The entries of a frame's dictionary, each with its type and range. */

#include "blocks/frame_info.h"

#include "blocks/fingerprint.h"
#include <cmath>
#include <djescc/model/manifest.h>
#include <limits>
#include <tuple>
#include <utility>

namespace gr {
namespace djescc {

namespace {

using ::djescc::ImageShape;

//! The entries that this module knows.
enum entry : size_t {
    id_entry,
    width_entry,
    height_entry,
    channels_entry,
    plain_width_entry,
    plain_height_entry,
    plain_channels_entry,
    name_entry,
    model_entry,
    snr_db_entry,
    side_entry,
    part_entry,
    parts_entry,
    outage_entry,
    entry_count
};

using entry_values = frame_info::entry_values;
static_assert(std::tuple_size<entry_values>::value == entry_count);

//! Looking up a symbol's name costs more than the rest of reading a dictionary.
const entry_values& entry_keys()
{
    static const entry_values keys = { pmt::intern("id"),
                                       pmt::intern("width"),
                                       pmt::intern("height"),
                                       pmt::intern("channels"),
                                       pmt::intern("plain_width"),
                                       pmt::intern("plain_height"),
                                       pmt::intern("plain_channels"),
                                       pmt::intern("name"),
                                       pmt::intern("model"),
                                       pmt::intern("snr_db"),
                                       pmt::intern("side"),
                                       pmt::intern("part"),
                                       pmt::intern("parts"),
                                       pmt::intern("outage") };
    return keys;
}

//! All known entries in one pass; the first of several with one key counts.
entry_values read_entries(const pmt::pmt_t& dictionary)
{
    const entry_values& keys = entry_keys();
    entry_values values;
    for (auto rest = pmt::dict_items(dictionary); pmt::is_pair(rest);
         rest = pmt::cdr(rest)) {
        const auto item = pmt::car(rest);
        if (!pmt::is_pair(item)) {
            continue;
        }
        const auto key = pmt::car(item);
        for (size_t i = 0; i < entry_count; i++) {
            // Symbols of one name are one object.
            if (key == keys[i]) {
                if (!values[i]) {
                    values[i] = pmt::cdr(item);
                }
                break;
            }
        }
    }
    return values;
}

std::optional<int64_t> integer_entry(const pmt::pmt_t& value)
{
    return value ? integer_from_pmt(value) : std::nullopt;
}

std::optional<ImageShape> shape_from_pmt(const pmt::pmt_t& channels_value,
                                         const pmt::pmt_t& height_value,
                                         const pmt::pmt_t& width_value)
{
    const auto channels = integer_entry(channels_value);
    const auto height = integer_entry(height_value);
    const auto width = integer_entry(width_value);
    if (!channels || !height || !width || *channels < 1 || *height < 1 || *width < 1) {
        return std::nullopt;
    }
    // Division instead of a product, which could overflow.
    if (*channels > max_frame_items || *height > max_frame_items / *channels ||
        *width > max_frame_items / (*channels * *height)) {
        return std::nullopt;
    }
    return ImageShape{ *channels, *height, *width };
}

// Each reads entries that may be absent, and returns false where one is of another type
// or out of range.

bool read_name(const pmt::pmt_t& entry, std::optional<std::string>& name)
{
    if (!entry) {
        return true;
    }
    if (!pmt::is_symbol(entry)) {
        return false;
    }
    name = pmt::symbol_to_string(entry);
    return true;
}

bool read_model(const pmt::pmt_t& entry, std::optional<::djescc::Fingerprint>& model)
{
    std::optional<std::string> digits;
    if (!read_name(entry, digits)) {
        return false;
    }
    model = digits ? parse_fingerprint(*digits) : std::nullopt;
    return !digits || model;
}

bool read_plain(const entry_values& entries, std::optional<ImageShape>& plain)
{
    if (!entries[plain_width_entry]) {
        return true;
    }
    plain = shape_from_pmt(entries[plain_channels_entry],
                           entries[plain_height_entry],
                           entries[plain_width_entry]);
    return plain.has_value();
}

bool read_snr(const pmt::pmt_t& entry, std::optional<double>& snr_db)
{
    if (!entry) {
        return true;
    }
    snr_db = number_from_pmt(entry);
    return snr_db.has_value();
}

bool read_side(const pmt::pmt_t& entry, std::vector<uint8_t>& side)
{
    if (!entry) {
        return true;
    }
    if (!pmt::is_u8vector(entry) ||
        pmt::length(entry) > static_cast<size_t>(::djescc::max_side_bytes)) {
        return false;
    }
    side = pmt::u8vector_elements(entry);
    return true;
}

bool read_parts(const entry_values& entries, int64_t& part, int64_t& parts)
{
    for (const auto& [entry, value] :
         { std::pair(part_entry, &part), std::pair(parts_entry, &parts) }) {
        if (entries[entry]) {
            const auto number = integer_from_pmt(entries[entry]);
            if (!number) {
                return false;
            }
            *value = *number;
        }
    }
    return parts <= ::djescc::max_parts && part >= 0 && part < parts;
}

bool read_outage(const pmt::pmt_t& entry, bool& outage)
{
    if (!entry) {
        return true;
    }
    outage = pmt::is_true(entry);
    return pmt::is_bool(entry);
}

} // namespace

const pmt::pmt_t& packet_len_key()
{
    static const pmt::pmt_t key = pmt::intern("packet_len");
    return key;
}

const pmt::pmt_t& frame_key()
{
    static const pmt::pmt_t key = pmt::intern("frame");
    return key;
}

std::optional<int64_t> integer_from_pmt(const pmt::pmt_t& value)
{
    if (pmt::is_integer(value)) {
        return pmt::to_long(value);
    }
    if (pmt::is_uint64(value)) {
        const uint64_t number = pmt::to_uint64(value);
        if (number <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
            return static_cast<int64_t>(number);
        }
    }
    return std::nullopt;
}

std::optional<double> number_from_pmt(const pmt::pmt_t& value)
{
    if (const auto integer = integer_from_pmt(value)) {
        return static_cast<double>(*integer);
    }
    if (pmt::is_real(value) && std::isfinite(pmt::to_double(value))) {
        return pmt::to_double(value);
    }
    return std::nullopt;
}

std::optional<frame_info> frame_info::from_pmt(const pmt::pmt_t& value)
{
    if (!pmt::is_dict(value)) {
        return std::nullopt;
    }
    frame_info info;
    info.d_dictionary = value;
    info.d_entries = read_entries(value);
    const entry_values& entries = info.d_entries;

    const auto id = integer_entry(entries[id_entry]);
    const auto shape = shape_from_pmt(
        entries[channels_entry], entries[height_entry], entries[width_entry]);
    if (!id || *id < 0 || !shape) {
        return std::nullopt;
    }
    info.id = *id;
    info.shape = *shape;

    if (!read_name(entries[name_entry], info.name) ||
        !read_model(entries[model_entry], info.model) ||
        !read_plain(entries, info.plain) ||
        !read_snr(entries[snr_db_entry], info.snr_db) ||
        !read_side(entries[side_entry], info.side) ||
        !read_parts(entries, info.part, info.parts) ||
        !read_outage(entries[outage_entry], info.outage)) {
        return std::nullopt;
    }
    return info;
}

pmt::pmt_t frame_info::to_pmt() const
{
    const entry_values& keys = entry_keys();
    const entry_values& before = d_entries;
    pmt::pmt_t result = d_dictionary;
    // Replacing an entry copies the dictionary, so only what differs is written.
    const auto write = [&](size_t which, const pmt::pmt_t& value) {
        if (!before[which] || !pmt::eqv(before[which], value)) {
            result = pmt::dict_add(result, keys[which], value);
        }
    };
    const auto erase_entry = [&](size_t which) {
        if (before[which]) {
            result = pmt::dict_delete(result, keys[which]);
        }
    };
    const auto write_integer = [&](size_t which, int64_t value) {
        write(which, pmt::from_long(static_cast<long>(value)));
    };
    const auto write_string = [&](size_t which, const std::string& value) {
        const auto& old = before[which];
        if (!old || pmt::symbol_to_string(old) != value) {
            result = pmt::dict_add(result, keys[which], pmt::intern(value));
        }
    };
    write_integer(id_entry, id);
    write_integer(width_entry, shape.width);
    write_integer(height_entry, shape.height);
    write_integer(channels_entry, shape.channels);
    if (plain) {
        write_integer(plain_width_entry, plain->width);
        write_integer(plain_height_entry, plain->height);
        write_integer(plain_channels_entry, plain->channels);
    } else {
        erase_entry(plain_width_entry);
        erase_entry(plain_height_entry);
        erase_entry(plain_channels_entry);
    }
    if (name) {
        write_string(name_entry, *name);
    } else {
        erase_entry(name_entry);
    }
    if (model) {
        write_string(model_entry, ::djescc::to_string(*model));
    } else {
        erase_entry(model_entry);
    }
    if (snr_db) {
        write(snr_db_entry, pmt::from_double(*snr_db));
    } else {
        erase_entry(snr_db_entry);
    }
    if (side.empty()) {
        erase_entry(side_entry);
    } else if (!before[side_entry] ||
               pmt::u8vector_elements(before[side_entry]) != side) {
        result = pmt::dict_add(
            result, keys[side_entry], pmt::init_u8vector(side.size(), side.data()));
    }
    if (parts != 1) {
        write_integer(part_entry, part);
        write_integer(parts_entry, parts);
    } else {
        erase_entry(part_entry);
        erase_entry(parts_entry);
    }
    if (outage) {
        write(outage_entry, pmt::PMT_T);
    } else {
        erase_entry(outage_entry);
    }
    return result;
}

pmt::pmt_t frame_info::take(const pmt::pmt_t& key)
{
    if (!pmt::dict_has_key(d_dictionary, key)) {
        return {};
    }
    const auto value = pmt::dict_ref(d_dictionary, key, pmt::PMT_NIL);
    d_dictionary = pmt::dict_delete(d_dictionary, key);
    return value;
}

void frame_info::set(const pmt::pmt_t& key, const pmt::pmt_t& value)
{
    d_dictionary = pmt::dict_add(d_dictionary, key, value);
}

} // namespace djescc
} // namespace gr

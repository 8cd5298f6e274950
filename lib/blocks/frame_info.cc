/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "blocks/frame_info.h"

#include <cmath>
#include <limits>

namespace gr {
namespace djescc {

namespace {

using ::djescc::ImageShape;

pmt::pmt_t lookup(const pmt::pmt_t& dictionary, const std::string& key)
{
    return pmt::dict_ref(dictionary, pmt::intern(key), pmt::PMT_NIL);
}

std::optional<ImageShape> shape_from_dictionary(const pmt::pmt_t& dictionary,
                                                const std::string& prefix)
{
    const auto channels = integer_from_pmt(lookup(dictionary, prefix + "channels"));
    const auto height = integer_from_pmt(lookup(dictionary, prefix + "height"));
    const auto width = integer_from_pmt(lookup(dictionary, prefix + "width"));
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

pmt::pmt_t
add_shape(pmt::pmt_t dictionary, const std::string& prefix, const ImageShape& shape)
{
    const auto add = [&](const char* key, int64_t value) {
        dictionary = pmt::dict_add(dictionary,
                                   pmt::intern(prefix + key),
                                   pmt::from_long(static_cast<long>(value)));
    };
    add("width", shape.width);
    add("height", shape.height);
    add("channels", shape.channels);
    return dictionary;
}

pmt::pmt_t
add_string(const pmt::pmt_t& dictionary, const char* key, const std::string& value)
{
    return pmt::dict_add(dictionary, pmt::intern(key), pmt::intern(value));
}

/*! Read an entry that may be absent. \return false where it is of another type */
bool read_string(const pmt::pmt_t& dictionary,
                 const char* key,
                 std::optional<std::string>& value)
{
    const auto entry = lookup(dictionary, key);
    if (pmt::is_null(entry)) {
        return true;
    }
    if (!pmt::is_symbol(entry)) {
        return false;
    }
    value = pmt::symbol_to_string(entry);
    return true;
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
    info.dictionary = value;

    const auto id = integer_from_pmt(lookup(value, "id"));
    const auto shape = shape_from_dictionary(value, "");
    if (!id || *id < 0 || !shape) {
        return std::nullopt;
    }
    info.id = *id;
    info.shape = *shape;

    if (!read_string(value, "name", info.name) ||
        !read_string(value, "model", info.model)) {
        return std::nullopt;
    }
    if (pmt::dict_has_key(value, pmt::intern("plain_width"))) {
        info.plain = shape_from_dictionary(value, "plain_");
        if (!info.plain) {
            return std::nullopt;
        }
    }
    if (const auto entry = lookup(value, "snr_db"); !pmt::is_null(entry)) {
        info.snr_db = number_from_pmt(entry);
        if (!info.snr_db) {
            return std::nullopt;
        }
    }
    return info;
}

pmt::pmt_t frame_info::to_pmt() const
{
    auto result = pmt::dict_add(
        dictionary, pmt::intern("id"), pmt::from_long(static_cast<long>(id)));
    result = add_shape(result, "", shape);
    if (plain) {
        result = add_shape(result, "plain_", *plain);
    }
    if (name) {
        result = add_string(result, "name", *name);
    }
    if (model) {
        result = add_string(result, "model", *model);
    }
    if (snr_db) {
        result = pmt::dict_add(result, pmt::intern("snr_db"), pmt::from_double(*snr_db));
    }
    return result;
}

} // namespace djescc
} // namespace gr

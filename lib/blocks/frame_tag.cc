/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Every check of a frame's tags. */

#include "blocks/frame_tag.h"

#include "blocks/drop_reason.h"

namespace gr {
namespace djescc {

bool is_frame_tag(const gr::tag_t& tag)
{
    return pmt::eqv(tag.key, packet_len_key()) || pmt::eqv(tag.key, frame_key());
}

frame_tag collect_frame_tags(std::vector<gr::tag_t>::const_iterator& tag,
                             std::vector<gr::tag_t>::const_iterator end)
{
    const uint64_t offset = tag->offset;
    frame_tag collected;
    for (; tag != end && tag->offset == offset; ++tag) {
        if (!is_frame_tag(*tag)) {
            continue;
        }
        auto& value =
            pmt::eqv(tag->key, packet_len_key()) ? collected.packet_len : collected.info;
        if (value && !pmt::equal(value, tag->value)) {
            collected.contradictory = true;
        }
        value = tag->value;
    }
    return collected;
}

frame_start check_frame_tag(const frame_tag& tag, frame_content content)
{
    frame_start start;
    const auto refuse = [&start](const char* reason, const std::string& detail) {
        start.bad = reason;
        start.detail = detail;
        return start;
    };
    if (!tag.packet_len) {
        return refuse(drop_reason::bad_packet_len, "no packet_len tag");
    }
    if (tag.contradictory) {
        return refuse(drop_reason::bad_packet_len, "several tags that differ");
    }
    const auto length = integer_from_pmt(tag.packet_len);
    if (!length) {
        return refuse(drop_reason::bad_packet_len, "not an integer");
    }
    if (*length < 1 || *length > max_frame_items) {
        return refuse(drop_reason::bad_packet_len, std::to_string(*length));
    }
    start.length = static_cast<size_t>(*length);

    const auto info = tag.info ? frame_info::from_pmt(tag.info) : std::nullopt;
    if (info) {
        start.info = *info;
    } else if (content != frame_content::any) {
        return refuse(drop_reason::bad_frame_tag,
                      tag.info ? "its entries cannot be used" : "no frame tag");
    }
    start.tag = tag.info;
    if (content == frame_content::image && start.info.shape.numel() != *length) {
        return refuse(drop_reason::length_mismatch,
                      "packet_len " + std::to_string(*length) + ", image of " +
                          std::to_string(start.info.shape.numel()));
    }
    return start;
}

} // namespace djescc
} // namespace gr

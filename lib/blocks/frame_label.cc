/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The entries that a label has in a frame's dictionary and in a message.

#include "blocks/frame_label.h"

#include <utility>

namespace gr {
namespace djescc {

namespace {

const pmt::pmt_t& label_key()
{
    static const pmt::pmt_t key = pmt::intern("label");
    return key;
}

const pmt::pmt_t& class_name_key()
{
    static const pmt::pmt_t key = pmt::intern("class_name");
    return key;
}

const pmt::pmt_t& probabilities_key()
{
    static const pmt::pmt_t key = pmt::intern("probabilities");
    return key;
}

} // namespace

frame_label::frame_label(int64_t label,
                         pmt::pmt_t class_name,
                         const float* probabilities,
                         size_t class_count)
    : d_label(label)
    , d_class_name(std::move(class_name))
    , d_probability(static_cast<double>(probabilities[label]))
    , d_probabilities(pmt::init_f32vector(class_count, probabilities))
{
}

void frame_label::write_to(frame_info& info) const
{
    erase_from(info);
    info.set(label_key(), pmt::from_long(static_cast<long>(d_label)));
    if (d_class_name) {
        info.set(class_name_key(), d_class_name);
    }
    info.set(probabilities_key(), d_probabilities);
}

pmt::pmt_t frame_label::message(const frame_info& info) const
{
    auto message = pmt::make_dict();
    const auto add = [&message](const pmt::pmt_t& key, const pmt::pmt_t& value) {
        message = pmt::dict_add(message, key, value);
    };
    add(pmt::mp("id"), pmt::from_long(static_cast<long>(info.id)));
    if (info.name) {
        add(pmt::mp("name"), pmt::intern(*info.name));
    }
    add(label_key(), pmt::from_long(static_cast<long>(d_label)));
    if (d_class_name) {
        add(class_name_key(), d_class_name);
    }
    add(pmt::mp("probability"), pmt::from_double(d_probability));
    add(probabilities_key(), d_probabilities);
    return message;
}

void frame_label::erase_from(frame_info& info)
{
    for (const auto& key : { label_key(), class_name_key(), probabilities_key() }) {
        info.take(key);
    }
}

} // namespace djescc
} // namespace gr

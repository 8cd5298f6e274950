/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Copies the items and tags of frames that pass.

#ifdef DJESCC_HAVE_GNURADIO
#include "simulation/part_filter.h"

#include <algorithm>
#include <gnuradio/io_signature.h>
#include <vector>

PartFilter::PartFilter(int64_t parts)
    : gr::block("part_filter",
                gr::io_signature::make(1, 1, sizeof(gr_complex)),
                gr::io_signature::make(1, 1, sizeof(gr_complex)))
    , d_parts(parts)
{
    set_tag_propagation_policy(TPP_DONT);
}

std::shared_ptr<PartFilter> PartFilter::make(int64_t parts)
{
    return gnuradio::get_initial_sptr(new PartFilter(parts));
}

void PartFilter::forecast(int, gr_vector_int& ninput_items_required)
{
    ninput_items_required.assign(ninput_items_required.size(), 1);
}

int PartFilter::general_work(int noutput_items,
                             gr_vector_int& ninput_items,
                             gr_vector_const_void_star& input_items,
                             gr_vector_void_star& output_items)
{
    const auto* in = static_cast<const gr_complex*>(input_items[0]);
    auto* out = static_cast<gr_complex*>(output_items[0]);
    const int count = std::min(noutput_items, ninput_items[0]);
    std::vector<gr::tag_t> tags;
    get_tags_in_window(tags, 0, 0, static_cast<uint64_t>(count));
    std::stable_sort(tags.begin(), tags.end(), gr::tag_t::offset_compare);
    int position = 0, written = 0;
    const auto pass_until = [&](int end) {
        if (d_passing) {
            std::copy(in + position, in + end, out + written);
            written += end - position;
        }
        position = end;
    };
    for (auto tag = tags.begin(); tag != tags.end();) {
        const auto end = std::find_if(tag, tags.end(), [&](const gr::tag_t& other) {
            return other.offset != tag->offset;
        });
        pass_until(static_cast<int>(tag->offset - nitems_read(0)));
        for (auto own = tag; own != end; ++own) {
            if (pmt::eq(own->key, pmt::mp("frame"))) {
                const auto part =
                    pmt::dict_ref(own->value, pmt::mp("part"), pmt::from_long(0));
                d_passing = pmt::to_long(part) < d_parts;
            }
        }
        if (d_passing) {
            for (auto own = tag; own != end; ++own) {
                add_item_tag(0,
                             nitems_written(0) + static_cast<uint64_t>(written),
                             own->key,
                             own->value,
                             own->srcid);
            }
        }
        tag = end;
    }
    pass_until(count);
    consume_each(count);
    return written;
}
#endif

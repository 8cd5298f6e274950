/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Measures pairs of frames and puts out figures, messages and means.

#include "blocks/quality_probe_impl.h"

#include "blocks/frame_tensors.h"
#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <djescc/image/padding.h>
#include <djescc/metrics/quality.h>
#include <gnuradio/block_detail.h>
#include <gnuradio/buffer_reader.h>
#include <gnuradio/io_signature.h>
#include <limits>

namespace gr {
namespace djescc {

namespace {

constexpr auto nan = std::numeric_limits<double>::quiet_NaN();

// Where every frame that waits for a partner was dropped on the way, the reference stream
// is held back for ever. Longer than any net takes for a photograph.
constexpr std::chrono::minutes longest_wait(2);

const pmt::pmt_t& quality_port()
{
    static const pmt::pmt_t port = pmt::mp("quality");
    return port;
}

} // namespace

quality_probe::sptr quality_probe::make(bool log)
{
    return gnuradio::make_block_sptr<quality_probe_impl>(log);
}

quality_probe_impl::quality_probe_impl(bool log)
    : gr::block("quality_probe",
                gr::io_signature::make(2, 2, sizeof(float)),
                gr::io_signature::make(0, 2, sizeof(float)))
    , d_log(log)
    , d_matcher(d_reference_counters, d_test_counters)
    , d_last{ static_cast<float>(nan), static_cast<float>(nan) }
{
    d_reference_counters.set_log([this](const std::string& line) {
        d_logger->warn("reference stream: {:s}", line);
    });
    d_test_counters.set_log(
        [this](const std::string& line) { d_logger->warn("judged stream: {:s}", line); });
    set_tag_propagation_policy(TPP_DONT);
    message_port_register_out(quality_port());
}

double quality_probe_impl::mean_psnr() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return d_matched ? d_psnr_sum / static_cast<double>(d_matched) : nan;
}

double quality_probe_impl::mean_ssim() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return d_matched ? d_ssim_sum / static_cast<double>(d_matched) : nan;
}

double quality_probe_impl::last_psnr() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return d_last.psnr_db;
}

double quality_probe_impl::last_ssim() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return d_last.ssim;
}

uint64_t quality_probe_impl::matched() const
{
    std::lock_guard<std::mutex> lock(d_mutex);
    return d_matched;
}

uint64_t quality_probe_impl::dropped() const
{
    return d_reference_counters.dropped_total() + d_test_counters.dropped_total();
}

std::map<std::string, uint64_t> quality_probe_impl::counters() const
{
    std::map<std::string, uint64_t> counters{
        { "reference_frames", d_reference_counters.frames_in() },
        { "test_frames", d_test_counters.frames_in() },
        { "matched", matched() }
    };
    for (const auto* stream : { &d_reference_counters, &d_test_counters }) {
        for (const auto& [reason, count] : stream->drops()) {
            counters["dropped: " + reason] += count;
        }
    }
    return counters;
}

bool quality_probe_impl::start()
{
    d_seen = { 0, 0 };
    d_unwritten.clear();
    d_last_progress = std::chrono::steady_clock::now();
    return quality_probe::start();
}

bool quality_probe_impl::stop()
{
    d_matcher.finish();
    return quality_probe::stop();
}

bool quality_probe_impl::has_news(port input) const
{
    const auto reader = detail()->input(input);
    return static_cast<size_t>(reader->items_available()) > d_seen[input];
}

bool quality_probe_impl::has_ended(port input) const
{
    // In this order: a stream's last items come before its end.
    return detail()->input(input)->done() && !has_news(input);
}

bool quality_probe_impl::is_full(port input) const
{
    return input == reference ? d_matcher.reference_full() : d_matcher.test_full();
}

bool quality_probe_impl::is_stuck() const
{
    return d_matcher.reference_full() &&
           std::chrono::steady_clock::now() - d_last_progress > longest_wait;
}

void quality_probe_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    const auto can_take = [this](port input) {
        return has_news(input) && !is_full(input);
    };
    const bool reference_ended = has_ended(reference);
    const bool test_ended = has_ended(test);
    const bool hopeless = (test_ended && d_matcher.reference_waiting()) ||
                          (reference_ended && d_matcher.test_waiting());
    if (!d_unwritten.empty() || can_take(reference) || can_take(test) || hopeless ||
        is_stuck()) {
        ninput_items_required.assign(2, 0);
        return;
    }
    // Wait for news, but not from a stream that has ended or is held back. When both have
    // ended, asking for more than there is ends the block.
    const bool both_ended = reference_ended && test_ended;
    for (const port input : { reference, test }) {
        const bool ended = input == reference ? reference_ended : test_ended;
        const bool wait = both_ended || (!ended && !is_full(input));
        ninput_items_required[input] = wait ? static_cast<int>(d_seen[input]) + 1 : 0;
    }
}

void quality_probe_impl::take_items(port input, int available, const void* items)
{
    const size_t seen = d_seen[input];
    const auto* first = static_cast<const float*>(items) + seen;
    const size_t count = static_cast<size_t>(available) - seen;
    const uint64_t first_offset = nitems_read(input) + seen;
    get_tags_in_range(d_tags, input, first_offset, first_offset + count);
    const size_t taken =
        input == reference ? d_matcher.push_reference(first, count, first_offset, d_tags)
                           : d_matcher.push_test(first, count, first_offset, d_tags);
    if (taken > 0) {
        d_seen[input] = 1;
        consume(static_cast<int>(input), static_cast<int>(seen + taken - 1));
        if (input == test) {
            d_last_progress = std::chrono::steady_clock::now();
        }
    }
}

void quality_probe_impl::drop_hopeless()
{
    if (is_stuck()) {
        d_logger->warn(
            "no judged frame came for two minutes while the reference stream was "
            "held back; its frames are given up");
        d_matcher.drop_references();
        d_last_progress = std::chrono::steady_clock::now();
    }
}

int quality_probe_impl::general_work(int noutput_items,
                                     gr_vector_int& ninput_items,
                                     gr_vector_const_void_star& input_items,
                                     gr_vector_void_star& output_items)
{
    // Asked before the items are taken: what is there then is all there is.
    const bool reference_ended = has_ended(reference);
    const bool test_ended = has_ended(test);
    take_items(reference, ninput_items[reference], input_items[reference]);
    take_items(test, ninput_items[test], input_items[test]);
    while (auto pair = d_matcher.next()) {
        compare(std::move(*pair));
    }
    if (test_ended) {
        d_matcher.drop_references();
    }
    if (reference_ended) {
        d_matcher.drop_tests();
    }
    drop_hopeless();
    return write_outputs(noutput_items, output_items);
}

void quality_probe_impl::compare(frame_matcher::pair pair)
{
    const c10::InferenceMode inference;
    const frame_info info = pair.reference.info;
    const auto wanted = info.shape;
    const auto given = pair.test.info.shape;
    if (given.channels != wanted.channels || given.height < wanted.height ||
        given.width < wanted.width) {
        d_test_counters.drop(drop_reason::wrong_shape,
                             "frame " + std::to_string(info.id));
        return;
    }
    const part_number version{ pair.test.info.part, pair.test.info.parts };
    const auto expected = image_tensor(std::move(pair.reference));
    const auto judged =
        ::djescc::crop(image_tensor(std::move(pair.test)), wanted.height, wanted.width);
    publish(info,
            version,
            { ::djescc::psnr(judged, expected).item<float>(),
              ::djescc::ssim(judged, expected).item<float>() });
}

void quality_probe_impl::publish(const frame_info& info,
                                 const part_number& version,
                                 const quality& result)
{
    {
        std::lock_guard<std::mutex> lock(d_mutex);
        d_matched++;
        d_psnr_sum += result.psnr_db;
        d_ssim_sum += result.ssim;
        d_last = result;
    }
    d_unwritten.push_back(result);

    auto message = pmt::make_dict();
    const auto add = [&message](const char* key, const pmt::pmt_t& value) {
        message = pmt::dict_add(message, pmt::mp(key), value);
    };
    add("id", pmt::from_long(static_cast<long>(info.id)));
    if (info.name) {
        add("name", pmt::intern(*info.name));
    }
    if (version.parts > 1) {
        add("part", pmt::from_long(static_cast<long>(version.part)));
        add("parts", pmt::from_long(static_cast<long>(version.parts)));
    }
    add("psnr_db", pmt::from_double(result.psnr_db));
    add("ssim", pmt::from_double(result.ssim));
    message_port_pub(quality_port(), message);

    if (d_log) {
        d_logger->info("frame {:d} {:s}: PSNR {:.2f} dB, SSIM {:.4f}",
                       info.id,
                       info.name.value_or(""),
                       result.psnr_db,
                       result.ssim);
    }
}

int quality_probe_impl::write_outputs(int space, gr_vector_void_star& output_items)
{
    if (output_items.empty()) {
        d_unwritten.clear();
        return 0;
    }
    const size_t count = std::min(static_cast<size_t>(space), d_unwritten.size());
    auto* psnr = static_cast<float*>(output_items[0]);
    auto* ssim = output_items.size() > 1 ? static_cast<float*>(output_items[1]) : nullptr;
    for (size_t i = 0; i < count; i++) {
        psnr[i] = d_unwritten.front().psnr_db;
        if (ssim) {
            ssim[i] = d_unwritten.front().ssim;
        }
        d_unwritten.pop_front();
    }
    return static_cast<int>(count);
}

} // namespace djescc
} // namespace gr

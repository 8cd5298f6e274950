/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of awgn_channel: the noise's power, its independence of the scheduler, messages.

#include "frame_streams.h"
#include <cmath>
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/error.h>
#include <gnuradio/djescc/awgn_channel.h>
#include <limits>

namespace gr::djescc::test {

class qa_awgn_channel : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_awgn_channel);
    CPPUNIT_TEST(the_whole_noise_power_is_that_of_the_snr);
    CPPUNIT_TEST(noise_does_not_depend_on_the_cut);
    CPPUNIT_TEST(infinite_snr_is_no_noise);
    CPPUNIT_TEST(tags_pass);
    CPPUNIT_TEST(the_snr_can_be_changed);
    CPPUNIT_TEST(bad_parameters);
    CPPUNIT_TEST_SUITE_END();

public:
    //! Against the 3 dB trap: a whole noise power of half as much would pass for Eb/N0.
    void the_whole_noise_power_is_that_of_the_snr()
    {
        constexpr size_t count = 1 << 20;
        stream<gr_complex> input;
        input.append(std::vector<gr_complex>(count, gr_complex(0.6f, -0.8f)));
        for (const double snr_db : { 0.0, 10.0, 20.0 }) {
            const auto output =
                run_block<gr_complex>(awgn_channel::make(snr_db, 5), input);
            CPPUNIT_ASSERT_EQUAL(count, output.items.size());
            double signal_power = 0.0, noise_power = 0.0, real_noise_power = 0.0;
            for (size_t i = 0; i < count; i++) {
                const auto noise = output.items[i] - input.items[i];
                signal_power += std::norm(input.items[i]);
                noise_power += std::norm(noise);
                real_noise_power += noise.real() * noise.real();
            }
            const double measured_db = 10.0 * std::log10(signal_power / noise_power);
            // A million samples give the power to 0.1 %, five times that is 0.02 dB.
            CPPUNIT_ASSERT_DOUBLES_EQUAL(snr_db, measured_db, 0.02);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, real_noise_power / noise_power, 0.005);
        }
    }

    void noise_does_not_depend_on_the_cut()
    {
        stream<gr_complex> input;
        input.append(random_symbols(20000, 1));
        const auto whole = run_block<gr_complex>(awgn_channel::make(3.0, 9), input);
        const auto pieces = run_block<gr_complex>(awgn_channel::make(3.0, 9), input, 17);
        CPPUNIT_ASSERT(whole.items == pieces.items);
        const auto other = run_block<gr_complex>(awgn_channel::make(3.0, 10), input);
        CPPUNIT_ASSERT(whole.items != other.items);
    }

    void infinite_snr_is_no_noise()
    {
        stream<gr_complex> input;
        input.append(random_symbols(1000, 1));
        const auto output = run_block<gr_complex>(
            awgn_channel::make(std::numeric_limits<double>::infinity()), input);
        CPPUNIT_ASSERT(input.items == output.items);
    }

    //! Of a codec whose rate changes from frame to frame.
    static size_t length_of(int64_t id)
    {
        return 100 + static_cast<size_t>(37 * id % 91);
    }

    void tags_pass()
    {
        stream<gr_complex> input;
        for (int64_t id = 0; id < 50; id++) {
            input.append_frame(random_symbols(length_of(id), 1), image_info(id, 2, 2));
        }
        const auto output = run_block<gr_complex>(awgn_channel::make(10.0), input);
        const auto frames = split_frames(output);
        CPPUNIT_ASSERT_EQUAL(size_t(50), frames.size());
        for (int64_t id = 0; id < 50; id++) {
            const auto& frame = frames[static_cast<size_t>(id)];
            CPPUNIT_ASSERT_EQUAL(id, frame.info.id);
            CPPUNIT_ASSERT_EQUAL(length_of(id), frame.items.size());
            CPPUNIT_ASSERT(frame.info.snr_db == 10.0);
        }
        const auto silent = awgn_channel::make(std::numeric_limits<double>::infinity());
        for (const auto& frame : split_frames(run_block<gr_complex>(silent, input))) {
            CPPUNIT_ASSERT(!frame.info.snr_db);
        }
    }

    void the_snr_can_be_changed()
    {
        const auto channel = awgn_channel::make(10.0);
        channel->set_snr_db(3.0);
        CPPUNIT_ASSERT_EQUAL(3.0, channel->snr_db());
        const auto port = pmt::intern("snr");
        CPPUNIT_ASSERT(channel->has_msg_port(port));
        post_and_run(channel, pmt::from_double(-2.0));
        CPPUNIT_ASSERT_EQUAL(-2.0, channel->snr_db());
        post_and_run(channel, pmt::cons(pmt::intern("snr"), pmt::from_long(6)));
        CPPUNIT_ASSERT_EQUAL(6.0, channel->snr_db());
        post_and_run(channel, pmt::intern("nonsense"));
        CPPUNIT_ASSERT_EQUAL(6.0, channel->snr_db());
    }

    void bad_parameters()
    {
        CPPUNIT_ASSERT_THROW(awgn_channel::make(std::nan("")), ::djescc::ConfigError);
        CPPUNIT_ASSERT_THROW(awgn_channel::make(-std::numeric_limits<double>::infinity()),
                             ::djescc::ConfigError);
    }

private:
    static void post_and_run(const awgn_channel::sptr& channel, const pmt::pmt_t& message)
    {
        channel->_post(pmt::intern("snr"), message);
        stream<gr_complex> input;
        input.append(std::vector<gr_complex>(10));
        run_block<gr_complex>(channel, input);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_awgn_channel>
    register_qa_awgn_channel("awgn_channel");

} // namespace gr::djescc::test

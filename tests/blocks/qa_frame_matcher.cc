/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of how frames of two streams find each other.

#include "blocks/frame_matcher.h"

#include "frame_streams.h"
#include <cppunit/TestAssert.h>
#include <cppunit/extensions/HelperMacros.h>

namespace gr::djescc::test {

class qa_frame_matcher : public CppUnit::TestCase
{
    CPPUNIT_TEST_SUITE(qa_frame_matcher);
    CPPUNIT_TEST(equal_ids_are_pairs);
    CPPUNIT_TEST(missing_frames_are_passed_over);
    CPPUNIT_TEST(a_judged_frame_waits_for_its_reference);
    CPPUNIT_TEST(what_is_left_has_no_partner);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override
    {
        d_reference_counters = std::make_unique<frame_counters>();
        d_test_counters = std::make_unique<frame_counters>();
        d_matcher =
            std::make_unique<frame_matcher>(*d_reference_counters, *d_test_counters);
    }

    void equal_ids_are_pairs()
    {
        push_references({ 0, 1, 2 });
        push_tests({ 0, 1, 2 });
        CPPUNIT_ASSERT((std::vector<int64_t>{ 0, 1, 2 }) == take_pairs());
        check_drops(0, 0);
    }

    void missing_frames_are_passed_over()
    {
        push_references({ 0, 1, 2, 5, 6 });
        push_tests({ 1, 3, 4, 6 });
        CPPUNIT_ASSERT((std::vector<int64_t>{ 1, 6 }) == take_pairs());
        // References 0, 2 and 5; judged frames 3 and 4.
        check_drops(3, 2);
    }

    void a_judged_frame_waits_for_its_reference()
    {
        push_tests({ 7 });
        CPPUNIT_ASSERT(take_pairs().empty());
        CPPUNIT_ASSERT(d_matcher->test_waiting());
        push_references({ 7 });
        CPPUNIT_ASSERT((std::vector<int64_t>{ 7 }) == take_pairs());
        check_drops(0, 0);
    }

    void what_is_left_has_no_partner()
    {
        push_references({ 0, 1 });
        d_matcher->finish();
        CPPUNIT_ASSERT(!d_matcher->reference_waiting());
        check_drops(2, 0);
    }

private:
    std::unique_ptr<frame_counters> d_reference_counters;
    std::unique_ptr<frame_counters> d_test_counters;
    std::unique_ptr<frame_matcher> d_matcher;

    static stream<float> frames(const std::vector<int64_t>& ids)
    {
        stream<float> input;
        for (const int64_t id : ids) {
            const auto info = image_info(id, 2, 2);
            input.append_frame(random_image(info, static_cast<unsigned>(id)), info);
        }
        return input;
    }

    void push_references(const std::vector<int64_t>& ids)
    {
        const auto input = frames(ids);
        d_matcher->push_reference(input.items.data(), input.items.size(), 0, input.tags);
    }

    void push_tests(const std::vector<int64_t>& ids)
    {
        const auto input = frames(ids);
        d_matcher->push_test(input.items.data(), input.items.size(), 0, input.tags);
    }

    std::vector<int64_t> take_pairs()
    {
        std::vector<int64_t> ids;
        while (const auto pair = d_matcher->next()) {
            CPPUNIT_ASSERT_EQUAL(pair->reference.info.id, pair->test.info.id);
            ids.push_back(pair->reference.info.id);
        }
        return ids;
    }

    void check_drops(uint64_t references, uint64_t tests)
    {
        CPPUNIT_ASSERT_EQUAL(references,
                             d_reference_counters->dropped(drop_reason::no_partner));
        CPPUNIT_ASSERT_EQUAL(tests, d_test_counters->dropped(drop_reason::no_partner));
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_frame_matcher>
    register_qa_frame_matcher("frame_matcher");

} // namespace gr::djescc::test

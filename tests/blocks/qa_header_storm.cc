/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// A short run of the storm of hostile headers that scripts/fuzz makes long.

#include "blocks/burst_security.h"
#include "core/scratch_folder.h"
#include "fuzz/header_storm.h"
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <djescc/keys/secret_key.h>

namespace gr::djescc::test {

//! A short run of what `scripts/fuzz headers` does ten million times under sanitizers.
class qa_header_storm : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_header_storm);
    CPPUNIT_TEST(no_hostile_header_is_accepted);
    CPPUNIT_TEST_SUITE_END();

    void no_hostile_header_is_accepted()
    {
        if (!::djescc::keys_available()) {
            return; // there is nothing to attack
        }
        const ::djescc::test::ScratchFolder folder("header_storm");
        const auto make_key = [&](const std::string& name) {
            ::djescc::SecretKey::generate().write(folder.path(name));
            return folder.path(name);
        };
        const auto key = make_key("key"), other = make_key("other");
        header_storm storm(make_transmit_security(key).guard,
                           make_transmit_security(other).guard,
                           make_receive_security(key).guard,
                           1);
        const auto result = storm.run(200000);
        CPPUNIT_ASSERT_EQUAL(uint64_t(0), result.hostile_accepted);
        CPPUNIT_ASSERT_EQUAL(uint64_t(200), result.genuine);
        CPPUNIT_ASSERT_EQUAL(result.genuine, result.genuine_accepted);
        // most of them reach the tag's check
        CPPUNIT_ASSERT(result.parsed > result.hostile / 3);
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_header_storm>
    register_qa_header_storm("header_storm");

} // namespace gr::djescc::test

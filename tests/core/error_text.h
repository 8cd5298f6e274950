/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  Assertions on what exceptions say. */
#pragma once

#include <cppunit/TestAssert.h>
#include <string>

namespace djescc::test {

//! What the expected exception says; fails where none is thrown.
template <typename Exception, typename Function>
std::string error_text(Function&& function)
{
    try {
        function();
    } catch (const Exception& error) {
        return error.what();
    }
    CPPUNIT_FAIL("the expected exception was not thrown");
    return {};
}

//! Fails unless \p text contains \p part.
inline void assert_contains(const std::string& text, const std::string& part)
{
    CPPUNIT_ASSERT_MESSAGE("'" + part + "' is not in: " + text,
                           text.find(part) != std::string::npos);
}

} // namespace djescc::test

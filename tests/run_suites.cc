/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The program that runs the suites of a group of tests by their names.

#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/TestRunner.h>
#include <cppunit/extensions/TestFactoryRegistry.h>
#include <iostream>

namespace {
constexpr int exit_usage = 2;
constexpr int exit_no_tests = 3;
} // namespace

/*! Run the suites that the arguments name and print one line per test. Exits with 0 when
 *  all passed, 1 when one failed, 3 where a name has no tests: cppunit would call an
 *  unknown, hence empty, suite a success. */
int main(int argc, char** argv)
{
    if (argc < 2) {
        std::cerr << "usage: " << argv[0] << " SUITE...\n";
        return exit_usage;
    }
    CppUnit::TestRunner runner;
    for (int i = 1; i < argc; i++) {
        auto* suite = CppUnit::TestFactoryRegistry::getRegistry(argv[i]).makeTest();
        runner.addTest(suite); // takes ownership
        if (suite->countTestCases() == 0) {
            std::cerr << "no tests in suite \"" << argv[i] << "\"\n";
            return exit_no_tests;
        }
    }
    CppUnit::TestResult controller;
    CppUnit::TestResultCollector collector;
    CppUnit::BriefTestProgressListener progress;
    controller.addListener(&collector);
    controller.addListener(&progress);
    runner.run(controller);
    CppUnit::CompilerOutputter(&collector, std::cerr).write();
    return collector.wasSuccessful() ? 0 : 1;
}

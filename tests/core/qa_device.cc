/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Tests of devices' names, threads and memory that stays warm.

#include "error_text.h"
#include <ATen/Parallel.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <cstring>
#include <djescc/error.h>
#include <djescc/net/device.h>
#include <memory>
#include <sys/resource.h>
#include <thread>
#include <torch/cuda.h>

namespace djescc {

namespace {

long page_faults()
{
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
}

//! Take, touch and free a block of the size of a feature map, as a net does.
void use_memory()
{
    constexpr std::size_t size = 100 << 20;
    const std::unique_ptr<char, decltype(&std::free)> block(
        static_cast<char*>(std::malloc(size)), &std::free);
    CPPUNIT_ASSERT(block != nullptr);
    std::memset(block.get(), 1, size);
    volatile char* keep = block.get();
    CPPUNIT_ASSERT_EQUAL('\1', static_cast<char>(keep[size / 2]));
}

long page_faults_when_warm()
{
    use_memory();
    const long before = page_faults();
    use_memory();
    return page_faults() - before;
}

} // namespace

class qa_device : public CppUnit::TestFixture
{
    CPPUNIT_TEST_SUITE(qa_device);
    CPPUNIT_TEST(freed_memory_stays_warm);
    CPPUNIT_TEST(names);
    CPPUNIT_TEST(unknown_devices);
    CPPUNIT_TEST(threads_belong_to_the_calling_thread);
    CPPUNIT_TEST_SUITE_END();

    // First of the suite: the setting must come before the process has other threads.
    void freed_memory_stays_warm()
    {
// The address sanitizer has its own allocator.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
        constexpr long pages = (100 << 20) / 4096;
        CPPUNIT_ASSERT(page_faults_when_warm() > pages / 1000);
        tune_allocator();
        tune_allocator();
        CPPUNIT_ASSERT(page_faults_when_warm() < 10);
        long in_thread = pages;
        std::thread([&in_thread] { in_thread = page_faults_when_warm(); }).join();
        CPPUNIT_ASSERT(in_thread < 10);
#endif
    }

    void names()
    {
        CPPUNIT_ASSERT(select_device("cpu") == torch::Device(torch::kCPU));
        if (torch::cuda::is_available()) {
            CPPUNIT_ASSERT(select_device("auto") == torch::Device(torch::kCUDA, 0));
            CPPUNIT_ASSERT(select_device("cuda") == torch::Device(torch::kCUDA, 0));
            CPPUNIT_ASSERT(select_device("cuda:0") == torch::Device(torch::kCUDA, 0));
        } else {
            CPPUNIT_ASSERT(select_device("auto") == torch::Device(torch::kCPU));
            test::assert_contains(
                test::error_text<DeviceError>([] { select_device("cuda"); }),
                "there is no device 'cuda': here are cpu");
        }
    }

    void unknown_devices()
    {
        for (const std::string name : { "",
                                        "CPU",
                                        "gpu",
                                        "cuda:",
                                        "cuda:x",
                                        "cuda:-1",
                                        "cuda:0x",
                                        "cuda0",
                                        "mps" }) {
            const auto text = test::error_text<DeviceError>([&] { select_device(name); });
            test::assert_contains(text, "unknown device '" + name + "'");
            test::assert_contains(text, "cuda:N; here are cpu");
        }
        for (const std::string name : { "cuda:99", "cuda:100000" }) {
            const auto text = test::error_text<DeviceError>([&] { select_device(name); });
            test::assert_contains(text, "there is no device '" + name + "'");
        }
    }

    void threads_belong_to_the_calling_thread()
    {
        RuntimeOptions options;
        options.threads = 2;
        prepare_thread(options);
        CPPUNIT_ASSERT_EQUAL(2, at::get_num_threads());
        prepare_thread(RuntimeOptions{});
        CPPUNIT_ASSERT_EQUAL(1, at::get_num_threads());
    }
};

static const CPPUNIT_NS::AutoRegisterSuite<qa_device> register_qa_device("device");

} // namespace djescc

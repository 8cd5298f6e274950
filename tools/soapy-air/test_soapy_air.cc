/*
 * Copyright 2026 gr-djescc authors.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Test of the emulated radio: what is sent at a time arrives at that time, and faults are
 * reported.
 */
#include <SoapySDR/Device.hpp>
#include <SoapySDR/Formats.hpp>
#include <unistd.h>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

int failures = 0;

void check(bool good, const char* what)
{
    if (!good) {
        std::printf("failed: %s\n", what);
        ++failures;
    }
}

SoapySDR::Device* make(const std::string& more)
{
    return SoapySDR::Device::make("driver=air,name=test" + std::to_string(getpid()) + more);
}

void sleep_for(double seconds)
{
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

} // namespace

int main()
{
    using sample = std::complex<float>;
    constexpr double rate = 100e3;
    SoapySDR::Device* const sender = make("");
    SoapySDR::Device* const receiver = make(",step=50000");
    sender->setSampleRate(SOAPY_SDR_TX, 0, rate);
    receiver->setSampleRate(SOAPY_SDR_RX, 0, 110e3);
    check(receiver->getSampleRate(SOAPY_SDR_RX, 0) == rate, "rate is coerced");
    sender->setGain(SOAPY_SDR_TX, 0, -5);
    check(sender->getGain(SOAPY_SDR_TX, 0) == 0, "gain is coerced");
    receiver->setGain(SOAPY_SDR_RX, 0, 6);
    sender->setFrequency(SOAPY_SDR_TX, 0, 1e9);
    receiver->setFrequency(SOAPY_SDR_RX, 0, 1e9);
    auto* const out = sender->setupStream(SOAPY_SDR_TX, SOAPY_SDR_CF32);
    auto* const in = receiver->setupStream(SOAPY_SDR_RX, SOAPY_SDR_CF32);
    check(sender->activateStream(out) == 0, "sender starts");
    check(receiver->activateStream(in) == 0, "receiver starts");

    // One burst 0.2 s ahead: to the sample, at twice the amplitude within half a bit.
    const std::vector<sample> burst(1000, sample(0.25f, -0.125f));
    const long long at = sender->getHardwareTime() + 200000000;
    const void* const source[] = { burst.data() };
    int flags = SOAPY_SDR_HAS_TIME | SOAPY_SDR_END_BURST;
    check(sender->writeStream(out, source, burst.size(), flags, at, 1000000) == 1000,
          "burst is taken");
    std::vector<sample> got(1000);
    void* const target[] = { got.data() };
    long heard = 0, first = -1, position = 0;
    long long begin = 0;
    for (int block = 0; block < 40; ++block) {
        long long time = 0;
        const int n = receiver->readStream(in, target, got.size(), flags, time, 1000000);
        check(n == 1000, "block arrives");
        if (block == 0)
            begin = time;
        const float amplitude = static_cast<float>(std::pow(10, 0.3));
        for (int i = 0; i < n; ++i, ++position)
            if (std::abs(got[i]) > 0) {
                if (first < 0)
                    first = position;
                ++heard;
                check(std::abs(got[i] - burst[0] * amplitude) < 1.0f / 32768, "amplitude");
            }
    }
    check(heard == 1000, "every sample arrives once");
    check(std::abs(static_cast<double>(first) - 1e-9 * static_cast<double>(at - begin) * rate) <
              1.01,
          "burst arrives at its time");

    // A time in the past, then a burst that stops in the middle.
    size_t channels = 0;
    long long time = 0;
    flags = SOAPY_SDR_HAS_TIME;
    sender->writeStream(out, source, burst.size(), flags, at, 1000000);
    check(sender->readStreamStatus(out, channels, flags, time, 0) == SOAPY_SDR_TIME_ERROR,
          "late burst is reported");
    sleep_for(0.1);
    flags = 0;
    sender->writeStream(out, source, burst.size(), flags, 0, 1000000);
    check(sender->readStreamStatus(out, channels, flags, time, 0) == SOAPY_SDR_UNDERFLOW,
          "underrun is reported");
    sleep_for(0.5);
    check(receiver->readStream(in, target, got.size(), flags, time, 0) == SOAPY_SDR_OVERFLOW,
          "overrun is reported");

    SoapySDR::Device* const leaving = make(",vanish=0.05");
    leaving->setSampleRate(SOAPY_SDR_RX, 0, rate);
    auto* const last = leaving->setupStream(SOAPY_SDR_RX, SOAPY_SDR_CF32);
    leaving->activateStream(last);
    check(leaving->readStream(last, target, 1000, flags, time, 1000000) == 1000,
          "a device works before it vanishes");
    sleep_for(0.1);
    check(leaving->readStream(last, target, 1000, flags, time, 1000000) ==
              SOAPY_SDR_STREAM_ERROR,
          "a device vanishes");
    try {
        make(",speed=fast");
        check(false, "nonsense is refused");
    } catch (const std::exception&) {
    }
    for (auto* device : { sender, receiver, leaving })
        SoapySDR::Device::unmake(device);
    unlink(("/dev/shm/soapy-air-test" + std::to_string(getpid())).c_str());
    return failures == 0 ? 0 : 1;
}

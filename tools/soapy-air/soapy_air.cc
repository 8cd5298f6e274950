/*
 * Copyright 2026 gr-djescc authors.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SoapySDR driver "air": emulated radios of several processes that hear each other through
 * shared memory. Arguments and limits: README.md beside this file.
 */
#include <SoapySDR/Device.hpp>
#include <SoapySDR/Formats.hpp>
#include <SoapySDR/Logger.hpp>
#include <SoapySDR/Registry.hpp>
#include <fcntl.h>
#include <errno.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <complex>
#include <deque>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using sample = std::complex<float>;
constexpr long long ring_size = 1 << 22; // samples
constexpr double two_pi = 6.283185307179586;
constexpr double tx_ahead = 0.1;   // s, the transmitter's buffer
constexpr double tx_lead = 0.01;   // s, from an untimed first sample to the antenna
constexpr double rx_buffer = 0.25; // s, after which samples are lost

// What the processes share. All is zero in a new file.
struct air_memory {
    pthread_mutex_t mutex;
    double epoch;      // s of the steady clock
    double speed;      // seconds on the air in one of the steady clock
    double rate;       // samples/s of the ring; 0 before the first stream
    double centre;     // Hz, carrier of the ring
    long long cleared; // samples from here on are not yet sent
    sample ring[ring_size];
};

double steady_seconds()
{
    return std::chrono::duration<double>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

double number(const SoapySDR::Kwargs& args, const std::string& key, double otherwise)
{
    const auto found = args.find(key);
    if (found == args.end())
        return otherwise;
    try {
        size_t used = 0;
        const double value = std::stod(found->second, &used);
        if (used == found->second.size() && std::isfinite(value))
            return value;
    } catch (const std::exception&) {
    }
    throw std::runtime_error("air: " + key + "=" + found->second + " is not a number");
}

// The shared file, new where no other process has it open.
class air
{
public:
    air(const std::string& name, double speed) : d_name("/soapy-air-" + name)
    {
        d_file = shm_open(d_name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (d_file < 0)
            throw std::runtime_error("air: cannot open shared memory " + d_name);
        const bool alone = flock(d_file, LOCK_EX | LOCK_NB) == 0;
        if (!alone)
            flock(d_file, LOCK_SH);
        if ((alone && ftruncate(d_file, 0) != 0) ||
            ftruncate(d_file, sizeof(air_memory)) != 0) {
            close(d_file);
            throw std::runtime_error("air: no room in shared memory for " + d_name);
        }
        void* const map = mmap(
            nullptr, sizeof(air_memory), PROT_READ | PROT_WRITE, MAP_SHARED, d_file, 0);
        if (map == MAP_FAILED) {
            close(d_file);
            throw std::runtime_error("air: cannot map shared memory " + d_name);
        }
        d_memory = static_cast<air_memory*>(map);
        if (alone) {
            pthread_mutexattr_t attributes;
            pthread_mutexattr_init(&attributes);
            pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
            pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
            pthread_mutex_init(&d_memory->mutex, &attributes);
            pthread_mutexattr_destroy(&attributes);
            d_memory->epoch = steady_seconds();
            d_memory->speed = speed;
            flock(d_file, LOCK_SH);
        }
    }
    ~air()
    {
        munmap(d_memory, sizeof(air_memory));
        close(d_file);
    }
    air(const air&) = delete;
    air& operator=(const air&) = delete;

    double now() const { return (steady_seconds() - d_memory->epoch) * d_memory->speed; }
    double rate() const { return d_memory->rate; }
    double centre() const { return d_memory->centre; }
    bool gone() const { return access(("/dev/shm" + d_name + ".gone").c_str(), F_OK) == 0; }
    void sleep(double seconds) const
    {
        std::this_thread::sleep_for(
            std::chrono::duration<double>(std::max(0.0, seconds) / d_memory->speed));
    }

    // The first stream sets rate and carrier; false where a later one differs in rate.
    bool tune(double rate, double frequency)
    {
        lock();
        if (d_memory->rate == 0) {
            d_memory->rate = rate;
            d_memory->centre = frequency;
        }
        const bool same = d_memory->rate == rate;
        unlock();
        return same;
    }
    void add(long long at, const std::vector<sample>& samples)
    {
        lock();
        const long long end = at + static_cast<long long>(samples.size());
        long long& cleared = d_memory->cleared;
        for (cleared = std::max(cleared, end - ring_size); cleared < end; ++cleared)
            d_memory->ring[cleared % ring_size] = 0;
        for (const sample& s : samples)
            d_memory->ring[at++ % ring_size] += s;
        unlock();
    }
    void get(long long from, std::vector<sample>& samples)
    {
        lock();
        for (sample& s : samples) {
            const bool held =
                from >= 0 && from < d_memory->cleared && from >= d_memory->cleared - ring_size;
            s = held ? d_memory->ring[from % ring_size] : sample(0);
            ++from;
        }
        unlock();
    }

private:
    std::string d_name;
    int d_file = -1;
    air_memory* d_memory = nullptr;

    void lock()
    {
        if (pthread_mutex_lock(&d_memory->mutex) == EOWNERDEAD)
            pthread_mutex_consistent(&d_memory->mutex);
    }
    void unlock() { pthread_mutex_unlock(&d_memory->mutex); }
};

struct side {
    double rate = 1e6, frequency = 0, gain = 40, bandwidth = 0;
    std::string antenna;
    double position = 0; // samples of the air
    bool running = false;
    bool in_burst = false;
};

class device : public SoapySDR::Device
{
public:
    explicit device(const SoapySDR::Kwargs& args)
        : d_args(args),
          d_speed(number(args, "speed", 1)),
          d_step(number(args, "step", 0)),
          d_bits(number(args, "bits", 16)),
          d_offset(number(args, "offset", 0)),
          d_clock(1 + 1e-6 * number(args, "ppm", 0)),
          d_noise(std::pow(10, number(args, "noise", -200) / 20)),
          d_loss(number(args, "loss", 0)),
          d_vanish(number(args, "vanish", 0)),
          d_air(args.count("name") ? args.at("name") : "default", checked_speed(d_speed)),
          d_made(d_air.now())
    {
        if (d_step < 0 || d_bits < 1 || d_bits > 24 || d_vanish < 0)
            throw std::runtime_error("air: step and vanish are 0 or more, bits 1 to 24");
        d_sides[SOAPY_SDR_RX].antenna = "RX";
        d_sides[SOAPY_SDR_TX].antenna = "TX";
    }

    std::string getDriverKey() const override { return "air"; }
    std::string getHardwareKey() const override { return "air"; }
    size_t getNumChannels(const int) const override { return 1; }
    bool getFullDuplex(const int, const size_t) const override { return true; }

    std::vector<std::string> listAntennas(const int way, const size_t) const override
    {
        if (way == SOAPY_SDR_TX)
            return { "TX" };
        return { "RX", "RX2" };
    }
    void setAntenna(const int way, const size_t, const std::string& name) override
    {
        const auto names = listAntennas(way, 0);
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw std::runtime_error("air: no antenna " + name);
        d_sides[way].antenna = name;
    }
    std::string getAntenna(const int way, const size_t) const override
    {
        return d_sides[way].antenna;
    }

    std::vector<std::string> listGains(const int, const size_t) const override
    {
        return { "G" };
    }
    SoapySDR::Range getGainRange(const int, const size_t) const override
    {
        return { 0, 60 };
    }
    SoapySDR::Range
    getGainRange(const int, const size_t, const std::string&) const override
    {
        return { 0, 60 };
    }
    void setGain(const int way, const size_t, const double gain) override
    {
        d_sides[way].gain = std::clamp(std::round(gain), 0.0, 60.0);
    }
    void setGain(const int way, const size_t, const std::string&, const double gain) override
    {
        setGain(way, 0, gain);
    }
    double getGain(const int way, const size_t) const override { return d_sides[way].gain; }
    double getGain(const int way, const size_t, const std::string&) const override
    {
        return d_sides[way].gain;
    }

    std::vector<std::string> listFrequencies(const int, const size_t) const override
    {
        return { "RF" };
    }
    SoapySDR::RangeList getFrequencyRange(const int, const size_t) const override
    {
        return { { 1e6, 6e9 } };
    }
    SoapySDR::RangeList
    getFrequencyRange(const int, const size_t, const std::string&) const override
    {
        return { { 1e6, 6e9 } };
    }
    void setFrequency(const int way,
                      const size_t,
                      const double frequency,
                      const SoapySDR::Kwargs&) override
    {
        d_sides[way].frequency = std::clamp(frequency, 1e6, 6e9);
    }
    void setFrequency(const int way,
                      const size_t,
                      const std::string&,
                      const double frequency,
                      const SoapySDR::Kwargs& args) override
    {
        setFrequency(way, 0, frequency, args);
    }
    double getFrequency(const int way, const size_t) const override
    {
        return d_sides[way].frequency;
    }
    double getFrequency(const int way, const size_t, const std::string&) const override
    {
        return d_sides[way].frequency;
    }

    SoapySDR::RangeList getSampleRateRange(const int, const size_t) const override
    {
        return { { 1e3, 1e8 } };
    }
    void setSampleRate(const int way, const size_t, const double rate) override
    {
        const double asked = std::clamp(rate, 1e3, 1e8);
        d_sides[way].rate =
            d_step > 0 ? d_step * std::max(1.0, std::round(asked / d_step)) : asked;
    }
    double getSampleRate(const int way, const size_t) const override
    {
        return d_sides[way].rate;
    }
    SoapySDR::RangeList getBandwidthRange(const int, const size_t) const override
    {
        return { { 1e3, 1e8 } };
    }
    void setBandwidth(const int way, const size_t, const double bandwidth) override
    {
        d_sides[way].bandwidth = bandwidth;
    }
    double getBandwidth(const int way, const size_t) const override
    {
        return d_sides[way].bandwidth > 0 ? d_sides[way].bandwidth : d_sides[way].rate;
    }

    bool hasHardwareTime(const std::string&) const override { return true; }
    long long getHardwareTime(const std::string&) const override
    {
        return std::llround(1e9 * (d_air.now() + d_shift));
    }
    void setHardwareTime(const long long time, const std::string&) override
    {
        d_shift = 1e-9 * static_cast<double>(time) - d_air.now();
    }

    std::vector<std::string> getStreamFormats(const int, const size_t) const override
    {
        return { SOAPY_SDR_CF32 };
    }
    std::string
    getNativeStreamFormat(const int, const size_t, double& full_scale) const override
    {
        full_scale = 1;
        return SOAPY_SDR_CF32;
    }
    SoapySDR::Stream* setupStream(const int way,
                                  const std::string& format,
                                  const std::vector<size_t>&,
                                  const SoapySDR::Kwargs&) override
    {
        if (format != SOAPY_SDR_CF32)
            throw std::runtime_error("air: samples are CF32, not " + format);
        return reinterpret_cast<SoapySDR::Stream*>(&d_sides[way]);
    }
    void closeStream(SoapySDR::Stream*) override {}
    size_t getStreamMTU(SoapySDR::Stream*) const override { return 4096; }
    int activateStream(SoapySDR::Stream* stream,
                       const int,
                       const long long,
                       const size_t) override
    {
        side& s = of(stream);
        if (!d_air.tune(s.rate, s.frequency)) {
            SoapySDR::logf(SOAPY_SDR_ERROR,
                           "air: the first radio set the rate to %g; %g is not possible",
                           d_air.rate(),
                           s.rate);
            return SOAPY_SDR_NOT_SUPPORTED;
        }
        s.position = std::floor(d_air.now() * s.rate);
        s.running = true;
        s.in_burst = false;
        return 0;
    }
    int deactivateStream(SoapySDR::Stream* stream, const int, const long long) override
    {
        of(stream).running = false;
        return 0;
    }

    int readStream(SoapySDR::Stream* stream,
                   void* const* buffers,
                   const size_t wanted,
                   int& flags,
                   long long& time,
                   const long timeout_us) override
    {
        side& s = of(stream);
        flags = 0;
        const size_t count = std::min<size_t>(wanted, 4096);
        if (!s.running || vanished()) {
            d_air.sleep(0.001);
            return SOAPY_SDR_STREAM_ERROR;
        }
        const double length = static_cast<double>(count) * d_clock;
        if (d_air.now() - s.position / s.rate > rx_buffer) {
            s.position = std::floor(d_air.now() * s.rate);
            return SOAPY_SDR_OVERFLOW;
        }
        if (!wait_until((s.position + length + 2) / s.rate, timeout_us))
            return SOAPY_SDR_TIMEOUT;
        const auto first = static_cast<long long>(std::floor(s.position));
        d_work.resize(static_cast<size_t>(length) + 3);
        d_air.get(first, d_work);

        sample* const out = static_cast<sample*>(buffers[0]);
        const double amplitude = std::pow(10, (s.gain - d_loss) / 20);
        const double turn = (d_air.centre() - s.frequency + d_offset) / s.rate;
        const double scale = std::exp2(d_bits - 1);
        const auto convert = [scale](double x) {
            return static_cast<float>(
                std::clamp(std::round(x * scale), -scale, scale - 1) / scale);
        };
        for (size_t i = 0; i < count; ++i) {
            const double at = s.position + static_cast<double>(i) * d_clock;
            const double past = at - static_cast<double>(first);
            const auto k = static_cast<size_t>(past);
            const auto part = static_cast<float>(past - static_cast<double>(k));
            const sample between = d_work[k] * (1 - part) + d_work[k + 1] * part;
            const std::complex<double> heard =
                amplitude * std::complex<double>(between) *
                    std::polar(1.0, two_pi * std::remainder(turn * at, 1.0)) +
                d_noise * std::sqrt(0.5) *
                    std::complex<double>(d_normal(d_random), d_normal(d_random));
            out[i] = { convert(heard.real()), convert(heard.imag()) };
        }
        time = std::llround(1e9 * (s.position / s.rate + d_shift));
        flags = SOAPY_SDR_HAS_TIME;
        s.position += length;
        return static_cast<int>(count);
    }

    int writeStream(SoapySDR::Stream* stream,
                    const void* const* buffers,
                    const size_t offered,
                    int& flags,
                    const long long time,
                    const long timeout_us) override
    {
        side& s = of(stream);
        if (!s.running || vanished()) {
            d_air.sleep(0.001);
            return SOAPY_SDR_STREAM_ERROR;
        }
        const size_t count = std::min<size_t>(offered, 4096);
        if ((flags & SOAPY_SDR_HAS_TIME) != 0 && !s.in_burst)
            s.position = std::round((1e-9 * static_cast<double>(time) - d_shift) * s.rate);
        else if (!s.in_burst)
            s.position = std::max(s.position, std::floor((d_air.now() + tx_lead) * s.rate));
        const bool late = s.position < d_air.now() * s.rate;
        if (late) {
            report(s.in_burst ? SOAPY_SDR_UNDERFLOW : SOAPY_SDR_TIME_ERROR);
            s.position = std::floor((d_air.now() + tx_lead) * s.rate);
        }
        if (!wait_until(s.position / s.rate - tx_ahead, timeout_us))
            return SOAPY_SDR_TIMEOUT;
        const sample* const in = static_cast<const sample*>(buffers[0]);
        const double away = s.frequency - d_air.centre();
        const double amplitude =
            std::abs(away) < s.rate / 2 ? std::pow(10, s.gain / 20) : 0;
        std::vector<sample> sent(count);
        for (size_t i = 0; i < count; ++i) {
            const double turns = away / s.rate * (s.position + static_cast<double>(i));
            sent[i] = sample(amplitude * std::complex<double>(in[i]) *
                             std::polar(1.0, two_pi * std::remainder(turns, 1.0)));
        }
        d_air.add(static_cast<long long>(s.position), sent);
        s.position += static_cast<double>(count);
        s.in_burst = (flags & SOAPY_SDR_END_BURST) == 0 || count < offered;
        return static_cast<int>(count);
    }

    int readStreamStatus(SoapySDR::Stream*,
                         size_t& channels,
                         int& flags,
                         long long& time,
                         const long timeout_us) override
    {
        {
            const std::lock_guard<std::mutex> guard(d_mutex);
            if (!d_reports.empty()) {
                const int code = d_reports.front();
                d_reports.pop_front();
                channels = 1;
                flags = SOAPY_SDR_HAS_TIME;
                time = getHardwareTime("");
                return code;
            }
        }
        std::this_thread::sleep_for(std::chrono::microseconds(timeout_us));
        return SOAPY_SDR_TIMEOUT;
    }

private:
    SoapySDR::Kwargs d_args;
    double d_speed, d_step, d_bits, d_offset, d_clock, d_noise, d_loss, d_vanish;
    air d_air;
    double d_made;
    double d_shift = 0; // s, from the air's time to the device's
    side d_sides[2];
    std::vector<sample> d_work;
    std::mt19937_64 d_random{ std::random_device{}() };
    std::normal_distribution<double> d_normal;
    std::mutex d_mutex;
    std::deque<int> d_reports;

    static double checked_speed(double speed)
    {
        if (speed <= 0)
            throw std::runtime_error("air: speed is above 0");
        return speed;
    }
    static side& of(SoapySDR::Stream* stream) { return *reinterpret_cast<side*>(stream); }
    bool vanished() const
    {
        return (d_vanish > 0 && d_air.now() - d_made > d_vanish) || d_air.gone();
    }
    void report(int code)
    {
        const std::lock_guard<std::mutex> guard(d_mutex);
        if (d_reports.size() < 1000)
            d_reports.push_back(code);
    }
    // False where the air's time does not come before the timeout.
    bool wait_until(double time, long timeout_us) const
    {
        const double end = steady_seconds() + 1e-6 * static_cast<double>(timeout_us);
        while (d_air.now() < time) {
            if (steady_seconds() >= end)
                return false;
            d_air.sleep(std::min(time - d_air.now(), 0.01));
        }
        return true;
    }
};

SoapySDR::KwargsList find_air(const SoapySDR::Kwargs& args)
{
    if (!args.count("driver") || args.at("driver") != "air")
        return {};
    SoapySDR::Kwargs found = args;
    found["label"] = "air";
    return { found };
}

SoapySDR::Device* make_air(const SoapySDR::Kwargs& args) { return new device(args); }

const SoapySDR::Registry
    registry("air", &find_air, &make_air, SOAPY_SDR_ABI_VERSION);

} // namespace

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Finds devices, sets threads, and tells glibc to keep freed memory.

#include <ATen/Parallel.h>
#include <algorithm>
#include <charconv>
#include <djescc/error.h>
#include <djescc/net/device.h>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <torch/cuda.h>
#ifdef __GLIBC__
#include <dlfcn.h>
#include <malloc.h>
#endif

namespace djescc {

namespace {

/*! OpenBLAS, which multiplies matrices for LibTorch, has threads of its own that LibTorch
 *  knows nothing of. Where the cores are busy they wait for each other, and nets take
 *  several times as long. */
void set_blas_threads(int threads)
{
#ifdef __GLIBC__
    using SetThreads = void (*)(int);
    static const auto set = reinterpret_cast<SetThreads>(
        dlsym(RTLD_DEFAULT, "openblas_set_num_threads")); // null: another BLAS
    if (set != nullptr) {
        set(threads);
    }
#else
    (void)threads;
#endif
}

int cuda_device_count()
{
    return torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count())
                                       : 0;
}

std::string present_devices()
{
    std::string text = "cpu";
    for (int i = 0; i < cuda_device_count(); i++) {
        text += ", cuda:" + std::to_string(i);
    }
    return text;
}

//! 0 for "cuda", N for "cuda:N", nothing for whatever else.
std::optional<int> cuda_index(const std::string& name)
{
    const std::string prefix = "cuda";
    if (name == prefix) {
        return 0;
    }
    if (name.compare(0, prefix.size() + 1, prefix + ":") != 0) {
        return std::nullopt;
    }
    int index = 0;
    const char* const begin = name.data() + prefix.size() + 1;
    const char* const end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(begin, end, index);
    if (error != std::errc() || stop != end || index < 0) {
        return std::nullopt;
    }
    return index;
}

} // namespace

torch::Device select_device(const std::string& name)
{
    if (name == "cpu") {
        return torch::kCPU;
    }
    if (name == "auto") {
        return cuda_device_count() > 0 ? torch::Device(torch::kCUDA, 0)
                                       : torch::Device(torch::kCPU);
    }
    const std::optional<int> index = cuda_index(name);
    if (!index) {
        throw DeviceError("unknown device '" + name +
                          "': use auto, cpu, cuda or cuda:N; here are " +
                          present_devices());
    }
    if (*index >= cuda_device_count()) {
        throw DeviceError("there is no device '" + name + "': here are " +
                          present_devices());
    }
    return torch::Device(torch::kCUDA, static_cast<c10::DeviceIndex>(*index));
}

void tune_allocator()
{
#ifdef __GLIBC__
    static std::once_flag once;
    std::call_once(once, [] {
        constexpr int mebibyte = 1 << 20;
        // Feature maps below this size come from the heap and are found warm again.
        // Larger ones, of photographs, are mapped and given back, which bounds the memory
        // that a program holds. Some releases of glibc take 32 MiB at most.
        for (const int threshold : { 256 * mebibyte, 32 * mebibyte }) {
            if (mallopt(M_MMAP_THRESHOLD, threshold) == 1) {
                break;
            }
        }
        // Freed memory at the heap's end stays up to this much ...
        mallopt(M_TRIM_THRESHOLD, 1024 * mebibyte);
        // ... and the heap grows in steps of this instead of one system call a tensor.
        mallopt(M_TOP_PAD, 64 * mebibyte);
        // Heaps of their own, as threads other than the first get them, end at 64 MiB,
        // and what is larger is mapped whatever the threshold says: five times the page
        // faults in a block's thread. glibc reads this when the first such heap is made.
        mallopt(M_ARENA_MAX, 1);
    });
#endif
}

namespace {

/*! Held while a thread sets itself up. LibTorch makes its thread pool anew at the first
 *  use after a fork, and threads that do so at once find none ("Invalid thread pool!"). A
 *  fork waits for the lock, so that no child is born with it held. */
std::mutex& setup_mutex()
{
    static std::mutex mutex;
    static std::once_flag once;
    std::call_once(once, [] {
        ::pthread_atfork(
            [] { mutex.lock(); }, [] { mutex.unlock(); }, [] { mutex.unlock(); });
    });
    return mutex;
}

} // namespace

void prepare_thread(const RuntimeOptions& options)
{
    const int threads = std::max(options.threads, 1);
    {
        const std::lock_guard<std::mutex> lock(setup_mutex());
        at::set_num_threads(threads);
        set_blas_threads(threads);
    }
    tune_allocator();
}

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  A bounded queue between two threads. */
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

//! A queue between two threads that makes the faster one wait.
template <typename T>
class BoundedQueue
{
public:
    explicit BoundedQueue(std::size_t capacity) : d_capacity(capacity) {}

    //! Waits for room. False once the queue is closed.
    bool push(T value)
    {
        std::unique_lock<std::mutex> lock(d_mutex);
        d_changed.wait(lock, [this] { return d_closed || d_values.size() < d_capacity; });
        if (d_closed)
            return false;
        d_values.push_back(std::move(value));
        d_changed.notify_all();
        return true;
    }

    //! Waits for a value. Nothing once the queue is closed.
    std::optional<T> pop()
    {
        std::unique_lock<std::mutex> lock(d_mutex);
        d_changed.wait(lock, [this] { return d_closed || !d_values.empty(); });
        if (d_closed)
            return std::nullopt;
        std::optional<T> value(std::move(d_values.front()));
        d_values.pop_front();
        d_changed.notify_all();
        return value;
    }

    //! Wakes everybody who waits; values that are left are lost.
    void close()
    {
        const std::lock_guard<std::mutex> lock(d_mutex);
        d_closed = true;
        d_changed.notify_all();
    }

private:
    const std::size_t d_capacity;
    std::mutex d_mutex;
    std::condition_variable d_changed;
    std::deque<T> d_values;
    bool d_closed = false;
};

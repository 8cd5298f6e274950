/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Parses JSON of strangers and stops at the first thing that is not allowed.

#include "files/strict_json.h"

#include "files/file_io.h"
#include <djescc/error.h>
#include <set>
#include <vector>

namespace djescc {

namespace {

using nlohmann::json;

//! Watches the parser's events and throws at the first that is not allowed.
class Guard
{
public:
    Guard(const JsonLimits& limits, const std::string& origin)
        : d_limits(limits), d_origin(origin)
    {
    }

    void operator()(json::parse_event_t event, const json& parsed)
    {
        switch (event) {
        case json::parse_event_t::object_start:
        case json::parse_event_t::array_start:
            count_item();
            if (d_open.size() >= d_limits.max_depth) {
                throw ModelError(d_origin + " has JSON nested deeper than " +
                                 std::to_string(d_limits.max_depth) + " levels");
            }
            d_open.emplace_back();
            d_open.back().is_array = event == json::parse_event_t::array_start;
            break;
        case json::parse_event_t::object_end:
        case json::parse_event_t::array_end:
            d_open.pop_back();
            break;
        case json::parse_event_t::key: {
            const auto& key = parsed.get_ref<const std::string&>();
            if (!d_open.back().keys.insert(key).second) {
                throw ModelError(d_origin + " has the key " + printable(key) + " twice");
            }
            break;
        }
        case json::parse_event_t::value:
            count_item();
            break;
        }
    }

private:
    struct Container {
        bool is_array = false;
        std::size_t items = 0;
        std::set<std::string> keys;
    };

    void count_item()
    {
        if (!d_open.empty() && d_open.back().is_array &&
            ++d_open.back().items > d_limits.max_array_items) {
            throw ModelError(d_origin + " has an array of more than " +
                             std::to_string(d_limits.max_array_items) + " values");
        }
    }

    const JsonLimits& d_limits;
    const std::string& d_origin;
    std::vector<Container> d_open;
};

} // namespace

json parse_strict_json(const std::string& text,
                       const JsonLimits& limits,
                       const std::string& origin)
{
    // nlohmann-json takes a zero byte for the end of the text and skips a byte order mark
    if (text.find('\0') != std::string::npos) {
        throw ModelError(origin + " has a zero byte in its JSON");
    }
    if (text.compare(0, 3, "\xef\xbb\xbf") == 0) {
        throw ModelError(origin + " begins with a byte order mark");
    }
    Guard guard(limits, origin);
    try {
        return json::parse(text, [&guard](int, json::parse_event_t event, json& parsed) {
            guard(event, parsed);
            return true;
        });
    } catch (const json::parse_error& error) {
        throw ModelError(origin + " is not valid JSON at byte " +
                         std::to_string(error.byte));
    } catch (const json::exception& error) {
        throw ModelError(origin + " is not valid JSON: " + printable(error.what()));
    }
}

std::string json_text(const nlohmann::json& json, int indent)
{
    return json.dump(
        indent, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
}

} // namespace djescc

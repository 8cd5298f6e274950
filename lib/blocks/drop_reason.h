/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/*! \file
 *  The texts by which blocks count dropped and unlabelled frames. */
#pragma once

namespace gr {
namespace djescc {

//! Why a frame was dropped; the table in frame_statistics.h says what each means.
namespace drop_reason {
inline constexpr const char* truncated = "truncated";
inline constexpr const char* stray_items = "stray items";
inline constexpr const char* bad_packet_len = "bad packet_len";
inline constexpr const char* bad_frame_tag = "bad frame tag";
inline constexpr const char* length_mismatch = "length mismatch";
inline constexpr const char* not_finite = "not finite";
inline constexpr const char* zero_power = "zero power";
inline constexpr const char* wrong_shape = "wrong shape";
inline constexpr const char* wrong_symbol_count = "wrong symbol count";
inline constexpr const char* foreign_model = "foreign model";
inline constexpr const char* side_bytes = "wrong side bytes";
inline constexpr const char* missing_part = "missing part";
inline constexpr const char* failed = "failed";
inline constexpr const char* not_written = "not written";
inline constexpr const char* no_partner = "no partner";
inline constexpr const char* unreadable = "unreadable";
} // namespace drop_reason

//! Why image_classifier passes a frame on without a label; image_classifier.h says what
//! each means.
namespace unlabelled_reason {
inline constexpr const char* outage = "outage";
inline constexpr const char* wrong_shape = drop_reason::wrong_shape;
inline constexpr const char* failed = drop_reason::failed;
} // namespace unlabelled_reason

} // namespace djescc
} // namespace gr

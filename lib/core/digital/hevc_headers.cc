/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Writes parameter sets and slice headers of HEVC bit by bit.

#include "digital/hevc_headers.h"

#include <algorithm>
#include <djescc/error.h>

namespace djescc {
namespace {

constexpr int video_set_type = 32, sequence_set_type = 33, picture_set_type = 34;
constexpr int format_range_extensions = 4; // the profile with 4:0:0 and 4:4:4
constexpr int highest_level = 186;         // 6.2, 30 times the number
constexpr std::size_t unit_header_bytes = 2;

//! Bits of a NAL unit's payload, most significant first.
class BitWriter
{
public:
    void put(uint32_t value, int bits)
    {
        for (int bit = bits - 1; bit >= 0; --bit) {
            if (d_free == 0) {
                d_bytes.push_back('\0');
                d_free = 8;
            }
            --d_free;
            d_bytes.back() = static_cast<char>(static_cast<uint8_t>(d_bytes.back()) |
                                               (value >> bit & 1u) << d_free);
        }
    }
    //! ue(v): exponential Golomb code of order 0.
    void put_unsigned(uint32_t value)
    {
        int bits = 0;
        while ((value + 1) >> (bits + 1) != 0)
            ++bits;
        put(0, bits);
        put(value + 1, bits + 1);
    }
    //! se(v): 0, 1, -1, 2, -2, ...
    void put_signed(int value)
    {
        put_unsigned(static_cast<uint32_t>(value > 0 ? 2 * value - 1 : -2 * value));
    }
    //! rbsp_trailing_bits() and byte_alignment(): a one, and zeros to the byte's end.
    void align()
    {
        put(1, 1);
        d_free = 0;
    }
    const std::string& bytes() const { return d_bytes; }

private:
    std::string d_bytes;
    int d_free = 0; // bits of the last byte
};

//! Reads what BitWriter writes; zeros behind the end.
class BitReader
{
public:
    explicit BitReader(const std::string& bytes) : d_bytes(bytes) {}

    uint32_t get(int bits)
    {
        uint32_t value = 0;
        for (int i = 0; i < bits; ++i, ++d_position)
            value = value << 1 | bit();
        return value;
    }
    uint32_t get_unsigned()
    {
        constexpr int longest = 31;
        int bits = 0;
        while (bits < longest && get(1) == 0)
            ++bits;
        return (uint32_t{ 1 } << bits) - 1 + get(bits);
    }
    int get_signed()
    {
        const uint32_t code = get_unsigned();
        const int size = static_cast<int>((code + 1) / 2);
        return code % 2 == 1 ? size : -size;
    }
    //! What follows BitWriter::align().
    std::string rest() const
    {
        const auto first = d_position / 8 + 1;
        return d_bytes.substr(std::min(first, d_bytes.size()));
    }

private:
    uint32_t bit() const
    {
        const auto byte = d_position / 8;
        if (byte >= d_bytes.size())
            return 0;
        return static_cast<uint8_t>(d_bytes[byte]) >> (7 - d_position % 8) & 1u;
    }

    const std::string& d_bytes;
    std::size_t d_position = 0;
};

//! A 3 after each two zeros that a byte up to 3 would follow: the units' start codes stay
//! unique (clause 7.4.2).
std::string with_emulation_prevention(const std::string& payload)
{
    std::string bytes;
    bytes.reserve(payload.size() + payload.size() / 256);
    int zeros = 0;
    for (const char byte : payload) {
        if (zeros == 2 && static_cast<uint8_t>(byte) <= 3) {
            bytes.push_back('\3');
            zeros = 0;
        }
        zeros = byte == '\0' ? zeros + 1 : 0;
        bytes.push_back(byte);
    }
    return bytes;
}

std::string without_emulation_prevention(const std::string& bytes)
{
    std::string payload;
    payload.reserve(bytes.size());
    int zeros = 0;
    for (const char byte : bytes) {
        if (zeros >= 2 && byte == '\3') {
            zeros = 0;
            continue;
        }
        zeros = byte == '\0' ? zeros + 1 : 0;
        payload.push_back(byte);
    }
    return payload;
}

std::string unit_of(int type, const std::string& payload)
{
    BitWriter header;
    header.put(0, 1); // forbidden_zero_bit
    header.put(static_cast<uint32_t>(type), 6);
    header.put(0, 6); // nuh_layer_id
    header.put(1, 3); // nuh_temporal_id_plus1
    return header.bytes() + with_emulation_prevention(payload);
}

//! profile_tier_level() of one layer.
void put_profile(BitWriter& bits)
{
    bits.put(0, 2 + 1); // general_profile_space, general_tier_flag
    bits.put(format_range_extensions, 5);
    for (int profile = 0; profile < 32; ++profile)
        bits.put(profile == format_range_extensions, 1);
    bits.put(1, 1);  // progressive source
    bits.put(0, 1);  // interlaced source
    bits.put(0, 1);  // non-packed constraint
    bits.put(1, 1);  // frame only
    bits.put(0, 32); // no constraint on the format, ...
    bits.put(0, 12); // ... and bits that are reserved
    bits.put(highest_level, 8);
}

//! Sizes of the buffer of decoded pictures, which holds one, and one to predict from.
void put_picture_buffer(BitWriter& bits, const HevcFormat& format)
{
    bits.put(1, 1);                             // for each layer
    bits.put_unsigned(format.predicts ? 1 : 0); // max_dec_pic_buffering_minus1
    bits.put_unsigned(0);                       // max_num_reorder_pics
    bits.put_unsigned(0);                       // max_latency_increase_plus1
}

std::string video_set(const HevcFormat& format)
{
    BitWriter bits;
    bits.put(0, 4);     // its number
    bits.put(3, 2);     // the base layer is there
    bits.put(0, 6 + 3); // layers and sublayers less one
    bits.put(1, 1);     // temporal nesting
    bits.put(0xffff, 16);
    put_profile(bits);
    put_picture_buffer(bits, format);
    bits.put(0, 6);       // vps_max_layer_id
    bits.put_unsigned(0); // sets of layers less one
    bits.put(0, 2);       // no timing, no extension
    bits.align();
    return bits.bytes();
}

std::string sequence_set(const HevcFormat& format)
{
    BitWriter bits;
    bits.put(0, 4 + 3); // the video set's number, sublayers less one
    bits.put(1, 1);     // temporal nesting
    put_profile(bits);
    bits.put_unsigned(0); // its number
    bits.put_unsigned(format.channels == 1 ? 0 : 3);
    if (format.channels != 1)
        bits.put(0, 1); // no separate colour planes
    bits.put_unsigned(static_cast<uint32_t>(format.width));
    bits.put_unsigned(static_cast<uint32_t>(format.height));
    bits.put(0, 1); // no conformance window
    bits.put_unsigned(hevc_bit_depth - 8);
    bits.put_unsigned(hevc_bit_depth - 8);
    bits.put_unsigned(hevc_order_bits - 4); // of the picture order count
    put_picture_buffer(bits, format);
    const auto transform = std::min(hevc_log2_most_transform, format.log2_tree_block());
    bits.put_unsigned(static_cast<uint32_t>(format.log2_least_block() - 3));
    bits.put_unsigned(
        static_cast<uint32_t>(format.log2_tree_block() - format.log2_least_block()));
    bits.put_unsigned(hevc_log2_least_transform - 2);
    bits.put_unsigned(static_cast<uint32_t>(transform - hevc_log2_least_transform));
    bits.put_unsigned(0); // depth of transforms, inter
    bits.put_unsigned(static_cast<uint32_t>(format.transform_depth() - 1)); // and intra
    bits.put(0, 1);       // no scaling lists
    bits.put(0, 1);       // no asymmetric partitions
    bits.put(1, 1);       // sample adaptive offset
    bits.put(0, 1);       // no PCM
    bits.put_unsigned(0); // no short-term reference sets
    bits.put(0, 2);       // no long-term references, no temporal motion vectors
    bits.put(1, 1);       // strong intra smoothing
    bits.put(0, 2);       // no usability information, no extension
    bits.align();
    return bits.bytes();
}

std::string picture_set()
{
    BitWriter bits;
    bits.put_unsigned(0); // its number
    bits.put_unsigned(0); // the sequence set's
    bits.put(0, 2 + 3);   // no dependent slices, output flag, extra bits
    bits.put(1, 1);       // sign data hiding
    bits.put(0, 1);       // no choice of CABAC tables
    bits.put_unsigned(0); // reference pictures of a list, less one
    bits.put_unsigned(0);
    bits.put_signed(hevc_initial_qp - 26);
    bits.put(0, 3);     // no constrained intra, transform skip, change of QP in blocks
    bits.put_signed(0); // offsets of chroma's QP
    bits.put_signed(0);
    bits.put(0, 4 + 2);   // none in slices, no weights, bypass, tiles, wavefronts
    bits.put(1, 1);       // loop filter across slices
    bits.put(0, 3);       // no deblocking control, scaling lists, lists of references
    bits.put_unsigned(0); // parallel merge level
    bits.put(0, 2);       // no extension of slice headers or of this set
    bits.align();
    return bits.bytes();
}

//! What a P slice's header says of the one picture that it is predicted from, which is
//! the one just before.
void put_reference(BitWriter& bits)
{
    bits.put(1, hevc_order_bits);
    bits.put(0, 1);       // a set of references of its own:
    bits.put_unsigned(1); // one before it,
    bits.put_unsigned(0); // none behind,
    bits.put_unsigned(0); // one step away less one,
    bits.put(1, 1);       // and used
}

//! slice_segment_header() and its alignment. Whether the loop filter goes across slices
//! means nothing, as there is one, but it takes a bit. So do the flags of sample adaptive
//! offset, but for an encoder that has been told to use none.
std::string slice_header(const HevcFormat& format,
                         const HevcSliceFields& fields,
                         bool filter_across_slices,
                         bool offset_flags)
{
    BitWriter bits;
    bits.put(1, 1); // first slice of the picture
    if (!fields.predicted)
        bits.put(0, 1);                            // no_output_of_prior_pics_flag
    bits.put_unsigned(0);                          // the picture set's number
    bits.put_unsigned(fields.predicted ? 1u : 2u); // P or intra
    if (fields.predicted)
        put_reference(bits);
    if (offset_flags) {
        bits.put(fields.luma_sao, 1);
        if (format.channels != 1)
            bits.put(fields.chroma_sao, 1);
    }
    if (fields.predicted) {
        bits.put(0, 1); // as many references as the picture set says
        bits.put_unsigned(5 - hevc_merge_candidates);
    }
    bits.put_signed(fields.qp - hevc_initial_qp);
    bits.put(filter_across_slices, 1);
    bits.align();
    return bits.bytes();
}

//! Skips what x265 says of references, and whether it is what put_reference() means: x265
//! numbers its pictures on and keeps one more.
bool skip_reference(BitReader& bits)
{
    constexpr uint32_t most_kept = 16;
    bits.get(hevc_order_bits);
    const bool own_set = bits.get(1) == 0;
    const auto before = bits.get_unsigned(), behind = bits.get_unsigned();
    if (!own_set || before < 1 || before > most_kept || behind != 0)
        return false;
    const bool adjacent = bits.get_unsigned() == 0 && bits.get(1) == 1;
    for (uint32_t i = 1; i < before; ++i) {
        bits.get_unsigned();
        bits.get(1);
    }
    return adjacent;
}

//! Side of a coded picture, in whole smallest coding blocks.
int coded_side(int side, int block)
{
    constexpr int least = 16; // the smallest coding tree block
    return std::max(least, (side + block - 1) / block * block);
}

} // namespace

HevcFormat::HevcFormat(int channels, int height, int width, HevcTools tools)
    : channels(channels)
    , tools(tools)
    , height(coded_side(height, 1 << log2_least_block()))
    , width(coded_side(width, 1 << log2_least_block()))
{
}

int HevcFormat::log2_least_block() const { return tools == HevcTools::coarse ? 4 : 3; }

int HevcFormat::transform_depth() const { return tools == HevcTools::deep ? 3 : 1; }

int HevcFormat::log2_tree_block() const
{
    // x265 takes no picture below one tree block.
    const int side = std::min(height, width);
    return side >= 64 ? 6 : side >= 32 ? 5 : 4;
}

std::vector<std::string> hevc_parameter_sets(const HevcFormat& format)
{
    return { unit_of(video_set_type, video_set(format)),
             unit_of(sequence_set_type, sequence_set(format)),
             unit_of(picture_set_type, picture_set()) };
}

bool operator==(const HevcFormat& a, const HevcFormat& b)
{
    return a.channels == b.channels && a.tools == b.tools && a.height == b.height &&
           a.width == b.width && a.predicts == b.predicts;
}

std::string hevc_slice_unit(const HevcFormat& format, const HevcSlice& slice)
{
    return unit_of(slice.fields.predicted ? hevc_predicted_slice_type : hevc_slice_type,
                   slice_header(format, slice.fields, true, true) + slice.data);
}

HevcSlice read_hevc_slice_unit(const HevcFormat& format, const std::string& unit)
{
    const auto payload = without_emulation_prevention(
        unit.substr(std::min(unit_header_bytes, unit.size())));
    BitReader bits(payload);
    HevcSlice slice{};
    slice.fields.predicted =
        !unit.empty() && static_cast<uint8_t>(unit[0]) >> 1 == hevc_predicted_slice_type;
    const bool predicted = slice.fields.predicted;
    bool right = bits.get(1) == 1 && (predicted || bits.get(1) == 0) &&
                 bits.get_unsigned() == 0 && bits.get_unsigned() == (predicted ? 1u : 2u);
    right = right && (!predicted || skip_reference(bits));
    if (format.encoder_offsets()) {
        slice.fields.luma_sao = bits.get(1) == 1;
        slice.fields.chroma_sao = format.channels != 1 && bits.get(1) == 1;
    }
    if (predicted)
        right =
            right && bits.get(1) == 0 && bits.get_unsigned() == 5 - hevc_merge_candidates;
    slice.fields.qp = hevc_initial_qp + bits.get_signed();
    const bool across = bits.get(1) == 1; // x265 changes it from picture to picture
    slice.data = bits.rest();
    const auto header =
        slice_header(format, slice.fields, across, format.encoder_offsets());
    if (!predicted)
        right = right && unit_of(hevc_slice_type, header + slice.data) == unit;
    if (!right)
        throw ImageError("the HEVC encoder wrote a slice of another form");
    return slice;
}

} // namespace djescc

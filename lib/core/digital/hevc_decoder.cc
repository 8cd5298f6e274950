/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Drives libde265, which is handed one or two slices behind parameter sets of our own.

#include "digital/hevc_decoder.h"

#include "digital/hevc_lock.h"
#include <cstring>
#include <djescc/error.h>
#include <libde265/de265.h>
#include <memory>

namespace djescc {
namespace {

struct DecoderFree {
    void operator()(de265_decoder_context* decoder) const
    {
        const std::lock_guard<std::mutex> lock(hevc_libraries_lock());
        de265_free_decoder(decoder);
    }
};
using Decoder = std::unique_ptr<de265_decoder_context, DecoderFree>;

[[noreturn]] void refuse(const std::string& why)
{
    throw ImageError("bytes hold no HEVC picture: " + why);
}

void demand(de265_error error)
{
    if (error != DE265_OK)
        refuse(de265_get_error_text(error));
}

Decoder new_decoder()
{
    const std::lock_guard<std::mutex> lock(hevc_libraries_lock());
    Decoder decoder(de265_new_decoder());
    if (decoder == nullptr)
        throw ImageError("libde265 makes no decoder");
    return decoder;
}

// A slice that was damaged may end before the picture does, and libde265 does not tell.
// So its buffer is filled first, and what is filled into the lower right corner is looked
// for when it is done: no picture holds that by chance.
constexpr int fill_byte = 1; // samples of 257
constexpr int corner_side = 4;

uint16_t corner_sample(int y, int x)
{
    constexpr int step = 397, first = 89; // whatever does not look like a picture
    return static_cast<uint16_t>((first + step * (corner_side * y + x)) %
                                 (1 << hevc_bit_depth));
}

//! Where the first plane's corner begins, of a picture of 16 x 16 at least.
const uint8_t* corner_row(const de265_image* image, int y)
{
    int stride = 0;
    const uint8_t* rows = de265_get_image_plane(image, 0, &stride);
    return rows +
           std::ptrdiff_t{ de265_get_image_height(image, 0) - corner_side + y } * stride +
           static_cast<std::ptrdiff_t>(sizeof(uint16_t)) *
               (de265_get_image_width(image, 0) - corner_side);
}

bool corner_is_untouched(const de265_image* image)
{
    for (int y = 0; y < corner_side; ++y)
        for (int x = 0; x < corner_side; ++x) {
            uint16_t sample = 0;
            std::memcpy(&sample,
                        corner_row(image, y) +
                            static_cast<std::size_t>(x) * sizeof(sample),
                        sizeof(sample));
            if (sample != corner_sample(y, x))
                return false;
        }
    return true;
}

//! libde265's own buffer, filled.
int get_filled_buffer(de265_decoder_context* decoder,
                      de265_image_spec* spec,
                      de265_image* image,
                      void*)
{
    const auto* library = de265_get_default_image_allocation_functions();
    const int done = library->get_buffer(decoder, spec, image, nullptr);
    if (done == 0)
        return done;
    const int planes = de265_get_chroma_format(image) == de265_chroma_mono ? 1 : 3;
    // The memory comes as constant, for users are to read it; nobody has read it yet.
    for (int plane = 0; plane < planes; ++plane) {
        int stride = 0;
        const uint8_t* rows = de265_get_image_plane(image, plane, &stride);
        std::memset(const_cast<uint8_t*>(rows),
                    fill_byte,
                    static_cast<std::size_t>(stride) *
                        static_cast<std::size_t>(de265_get_image_height(image, plane)));
    }
    for (int y = 0; y < corner_side; ++y)
        for (int x = 0; x < corner_side; ++x) {
            const uint16_t sample = corner_sample(y, x);
            std::memcpy(const_cast<uint8_t*>(corner_row(image, y)) +
                            static_cast<std::size_t>(x) * sizeof(sample),
                        &sample,
                        sizeof(sample));
        }
    return done;
}

void release_buffer(de265_decoder_context* decoder, de265_image* image, void*)
{
    de265_get_default_image_allocation_functions()->release_buffer(
        decoder, image, nullptr);
}

void push(de265_decoder_context* decoder, const std::string& unit)
{
    demand(
        de265_push_NAL(decoder, unit.data(), static_cast<int>(unit.size()), 0, nullptr));
}

//! Decodes on until a picture is there or all is used up.
const de265_image* next_picture(de265_decoder_context* decoder)
{
    // A call takes a unit; there are four, and the end.
    constexpr int most_calls = 64;
    int more = 1;
    for (int call = 0; call < most_calls && more != 0; ++call) {
        const auto error = de265_decode(decoder, &more);
        if (error == DE265_ERROR_WAITING_FOR_INPUT_DATA)
            break;
        demand(error);
        if (const de265_image* image = de265_get_next_picture(decoder))
            return image;
    }
    return nullptr;
}

void check_image(const HevcFormat& format, const de265_image* image)
{
    const auto chroma = format.channels == 1 ? de265_chroma_mono : de265_chroma_444;
    bool right = image != nullptr && de265_get_chroma_format(image) == chroma;
    for (int plane = 0; right && plane < format.channels; ++plane)
        right = de265_get_image_width(image, plane) == format.width &&
                de265_get_image_height(image, plane) == format.height &&
                de265_get_bits_per_pixel(image, plane) == hevc_bit_depth;
    if (!right)
        refuse("no picture of that shape comes out");
}

//! Where a plane's rows of the format are.
//! \throws ImageError where they are shorter
const uint8_t*
rows_of(const HevcFormat& format, const de265_image* image, int plane, int& stride)
{
    const uint8_t* rows = de265_get_image_plane(image, plane, &stride);
    if (rows == nullptr || stride < format.width * static_cast<int>(sizeof(uint16_t)))
        refuse("no picture of that shape comes out");
    return rows;
}

HevcPlanes planes_of_image(const HevcFormat& format, const de265_image* image)
{
    HevcPlanes planes(format);
    const auto width = static_cast<std::size_t>(format.width);
    for (int plane = 0; plane < format.channels; ++plane) {
        int stride = 0;
        const uint8_t* rows = rows_of(format, image, plane, stride);
        for (int y = 0; y < format.height; ++y)
            std::memcpy(&planes.samples[static_cast<std::size_t>(plane)]
                                       [static_cast<std::size_t>(y) * width],
                        rows + std::ptrdiff_t{ y } * stride,
                        width * sizeof(uint16_t));
    }
    return planes;
}

//! Into a picture that others are predicted from. Its memory is constant to who only
//! looks at pictures.
void put_planes(const HevcFormat& format,
                const HevcPlanes& planes,
                const de265_image* image)
{
    const auto width = static_cast<std::size_t>(format.width);
    for (int plane = 0; plane < format.channels; ++plane) {
        int stride = 0;
        auto* rows = const_cast<uint8_t*>(rows_of(format, image, plane, stride));
        for (int y = 0; y < format.height; ++y)
            std::memcpy(rows + std::ptrdiff_t{ y } * stride,
                        &planes.samples[static_cast<std::size_t>(plane)]
                                       [static_cast<std::size_t>(y) * width],
                        width * sizeof(uint16_t));
    }
}

//! A decoder that has the parameter sets.
Decoder decoder_of(const HevcFormat& format)
{
    auto decoder = new_decoder();
    de265_image_allocation filled{ get_filled_buffer, release_buffer };
    de265_set_image_allocation_functions(decoder.get(), &filled, nullptr);
    de265_set_parameter_bool(
        decoder.get(), DE265_DECODER_PARAM_SUPPRESS_FAULTY_PICTURES, 1);
    for (const auto& unit : hevc_parameter_sets(format))
        push(decoder.get(), unit);
    return decoder;
}

//! The last picture.
HevcPlanes last_planes(de265_decoder_context* decoder,
                       const HevcFormat& format,
                       const HevcSlice& slice)
{
    push(decoder, hevc_slice_unit(format, slice));
    demand(de265_flush_data(decoder));
    const de265_image* image = next_picture(decoder);
    demand(de265_get_warning(decoder));
    check_image(format, image);
    if (corner_is_untouched(image))
        refuse("they end before the picture does");
    auto planes = planes_of_image(format, image);
    if (next_picture(decoder) != nullptr)
        refuse("more than one comes out");
    return planes;
}

} // namespace

HevcPlanes hevc_decode(const HevcFormat& format, const HevcSlice& slice)
{
    return last_planes(decoder_of(format).get(), format, slice);
}

HevcPlanes hevc_decode(const HevcFormat& format,
                       const HevcSlice& start,
                       const HevcPlanes& reference,
                       const HevcSlice& slice)
{
    const auto decoder = decoder_of(format);
    push(decoder.get(), hevc_slice_unit(format, start));
    de265_push_end_of_frame(decoder.get());
    const de265_image* image = next_picture(decoder.get());
    check_image(format, image);
    put_planes(format, reference, image);
    return last_planes(decoder.get(), format, slice);
}

} // namespace djescc

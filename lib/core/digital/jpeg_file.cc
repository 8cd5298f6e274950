/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Calls libjpeg, which leaves its functions by longjmp() when something is wrong.

#include "digital/jpeg_file.h"

#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <djescc/error.h>
#include <jpeglib.h>

namespace djescc {
namespace {

//! libjpeg's messages: the first, a warning as well as an error, ends its work.
struct Failure {
    jpeg_error_mgr manager; // first: libjpeg hands on a pointer to it
    std::jmp_buf caller;
    char message[JMSG_LENGTH_MAX];
};

void fail(j_common_ptr library)
{
    auto* failure = reinterpret_cast<Failure*>(library->err);
    library->err->format_message(library, failure->message);
    std::longjmp(failure->caller, 1);
}

void on_message(j_common_ptr library, int level)
{
    if (level < 0) // a warning: the data is damaged
        fail(library);
}

void set_failure(Failure& failure)
{
    jpeg_std_error(&failure.manager);
    failure.manager.error_exit = fail;
    failure.manager.emit_message = on_message;
    failure.message[0] = '\0';
}

//! What longjmp() leaves: no object here has a destructor.
bool compress(jpeg_compress_struct& library,
              Failure& failure,
              const JpegPixels& pixels,
              int quality,
              bool half_chroma,
              unsigned char** file,
              unsigned long* size)
{
    if (setjmp(failure.caller) != 0)
        return false;
    jpeg_create_compress(&library);
    jpeg_mem_dest(&library, file, size);
    library.image_height = static_cast<JDIMENSION>(pixels.height);
    library.image_width = static_cast<JDIMENSION>(pixels.width);
    library.input_components = pixels.channels;
    library.in_color_space = pixels.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&library);
    jpeg_set_quality(&library, quality, TRUE);
    library.optimize_coding = TRUE;
    library.dct_method = JDCT_ISLOW;
    library.comp_info[0].h_samp_factor = half_chroma ? 2 : 1;
    library.comp_info[0].v_samp_factor = half_chroma ? 2 : 1;
    jpeg_start_compress(&library, TRUE);
    const auto row_size = static_cast<std::size_t>(pixels.width * pixels.channels);
    while (library.next_scanline < library.image_height) {
        // libjpeg reads the row, but its type says that it writes.
        auto* row =
            const_cast<JSAMPLE*>(&pixels.samples[library.next_scanline * row_size]);
        jpeg_write_scanlines(&library, &row, 1);
    }
    jpeg_finish_compress(&library);
    return true;
}

bool decompress(jpeg_decompress_struct& library,
                Failure& failure,
                const std::string& file,
                JpegPixels& pixels,
                bool& as_told)
{
    if (setjmp(failure.caller) != 0)
        return false;
    jpeg_create_decompress(&library);
    jpeg_mem_src(
        &library, reinterpret_cast<const unsigned char*>(file.data()), file.size());
    jpeg_read_header(&library, TRUE);
    as_told = library.image_height == static_cast<JDIMENSION>(pixels.height) &&
              library.image_width == static_cast<JDIMENSION>(pixels.width) &&
              library.num_components == pixels.channels;
    if (!as_told)
        return true;
    library.out_color_space = pixels.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    library.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&library);
    const auto row_size = static_cast<std::size_t>(pixels.width * pixels.channels);
    while (library.output_scanline < library.output_height) {
        JSAMPLE* row = &pixels.samples[library.output_scanline * row_size];
        jpeg_read_scanlines(&library, &row, 1);
    }
    jpeg_finish_decompress(&library);
    return true;
}

} // namespace

std::string write_jpeg(const JpegPixels& pixels, int quality, bool half_chroma)
{
    Failure failure;
    set_failure(failure);
    jpeg_compress_struct library{};
    library.err = &failure.manager;
    unsigned char* memory = nullptr;
    unsigned long size = 0;
    const bool done =
        compress(library, failure, pixels, quality, half_chroma, &memory, &size);
    jpeg_destroy_compress(&library);
    const std::string file =
        done ? std::string(reinterpret_cast<const char*>(memory), size) : std::string();
    std::free(memory);
    if (!done)
        throw ImageError(std::string("libjpeg writes no picture: ") + failure.message);
    return file;
}

JpegPixels read_jpeg(const std::string& file, int channels, int height, int width)
{
    JpegPixels pixels{ channels, height, width, {} };
    pixels.samples.resize(static_cast<std::size_t>(channels) *
                          static_cast<std::size_t>(height) *
                          static_cast<std::size_t>(width));
    Failure failure;
    set_failure(failure);
    jpeg_decompress_struct library{};
    library.err = &failure.manager;
    bool as_told = false;
    const bool done = decompress(library, failure, file, pixels, as_told);
    jpeg_destroy_decompress(&library);
    if (!done)
        throw ImageError(std::string("bytes hold no JPEG picture: ") + failure.message);
    if (!as_told)
        throw ImageError("bytes hold a JPEG picture of another shape");
    return pixels;
}

} // namespace djescc

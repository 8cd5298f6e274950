/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Takes from a JPEG file what the other end cannot know, and makes it a file again.

#include "digital/jpeg_coder.h"

#include "digital/jpeg_file.h"
#include "digital/quality_search.h"
#include <algorithm>
#include <cmath>
#include <djescc/error.h>

namespace djescc {
namespace {

constexpr char marker_byte = '\xff';
constexpr char start_of_image = '\xd8', end_of_image = '\xd9';
constexpr char quantisation_tables = '\xdb', frame_header = '\xc0';
constexpr char huffman_tables = '\xc4', scan_header = '\xda';
constexpr unsigned half_chroma_bit = 0x80;
constexpr std::size_t code_lengths = 16; // of a Huffman table
constexpr std::size_t most_symbols = 256;

//! libjpeg makes chroma's half resolution pay, against full at equal size, up to here.
constexpr int most_quality_of_half_chroma = 75;

//! A file's segments, by what becomes of them.
struct Segments {
    std::string quantisation; // whole, marker and length included
    std::string frame;
    std::string
        tables; // Huffman tables: numbers of codes and symbols, without their names
    std::string scan_header;
    std::string scan; // entropy-coded, without stuffed zeros
};

[[noreturn]] void refuse_jpeg(const std::string& why)
{
    throw ImageError("bytes hold no JPEG picture: " + why);
}

std::size_t byte_at(const std::string& bytes, std::size_t position)
{
    if (position >= bytes.size())
        refuse_jpeg("they end early");
    return static_cast<uint8_t>(bytes[position]);
}

//! Length of the Huffman table that begins at a position: numbers of codes and symbols.
std::size_t table_length(const std::string& bytes, std::size_t position)
{
    std::size_t symbols = 0;
    for (std::size_t i = 0; i < code_lengths; ++i)
        symbols += byte_at(bytes, position + i);
    if (symbols > most_symbols)
        refuse_jpeg("a Huffman table is too long");
    if (position + code_lengths + symbols > bytes.size())
        refuse_jpeg("they end early");
    return code_lengths + symbols;
}

std::string without_stuffing(const std::string& scan)
{
    std::string bytes;
    bytes.reserve(scan.size());
    for (std::size_t i = 0; i < scan.size(); ++i) {
        bytes.push_back(scan[i]);
        if (scan[i] == marker_byte)
            ++i;
    }
    return bytes;
}

std::string with_stuffing(const std::string& bytes)
{
    std::string scan;
    scan.reserve(bytes.size() + bytes.size() / 64);
    for (const char byte : bytes) {
        scan.push_back(byte);
        if (byte == marker_byte)
            scan.push_back('\0');
    }
    return scan;
}

//! Takes a file of write_jpeg() apart.
Segments segments_of(const std::string& file)
{
    Segments segments;
    std::size_t position = 2; // behind the start of the image
    while (true) {
        const char marker = static_cast<char>(byte_at(file, position + 1));
        const std::size_t length =
            2 + 256 * byte_at(file, position + 2) + byte_at(file, position + 3);
        const auto segment = file.substr(position, length);
        position += length;
        if (marker == quantisation_tables)
            segments.quantisation += segment;
        else if (marker == frame_header)
            segments.frame = segment;
        else if (marker == huffman_tables)
            for (std::size_t i = 4; i < segment.size();) {
                const std::size_t table = table_length(segment, i + 1);
                segments.tables += segment.substr(i + 1, table);
                i += 1 + table;
            }
        else if (marker == scan_header) {
            segments.scan_header = segment;
            break;
        }
    }
    segments.scan = without_stuffing(file.substr(position, file.size() - position - 2));
    return segments;
}

//! Where the \p count tables at the beginning of \p bytes end, and the segments of them.
std::pair<std::size_t, std::string>
huffman_segments(const std::string& bytes, std::size_t position, std::size_t count)
{
    // Direct and alternating coefficients of brightness, then of chroma, as libjpeg
    // writes them.
    constexpr char names[] = { '\x00', '\x10', '\x01', '\x11' };
    std::string segments;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t table = table_length(bytes, position);
        const std::size_t length = 2 + 1 + table;
        segments += { marker_byte,
                      huffman_tables,
                      static_cast<char>(length / 256),
                      static_cast<char>(length % 256),
                      names[i] };
        segments += bytes.substr(position, table);
        position += table;
    }
    return { position, segments };
}

JpegPixels pixels_of(const PlanarPicture& picture)
{
    JpegPixels pixels{ picture.channels, picture.height, picture.width, {} };
    const auto channels = static_cast<std::size_t>(picture.channels);
    const std::size_t count = picture.samples.size() / channels;
    pixels.samples.resize(picture.samples.size());
    for (std::size_t channel = 0; channel < channels; ++channel)
        for (std::size_t i = 0; i < count; ++i)
            pixels.samples[i * channels + channel] = static_cast<uint8_t>(std::lround(
                255 * std::clamp(picture.samples[channel * count + i], 0.0f, 1.0f)));
    return pixels;
}

PlanarPicture picture_of_pixels(const JpegPixels& pixels)
{
    PlanarPicture picture{ pixels.channels, pixels.height, pixels.width, {} };
    const auto channels = static_cast<std::size_t>(pixels.channels);
    const std::size_t count = pixels.samples.size() / channels;
    picture.samples.resize(pixels.samples.size());
    for (std::size_t channel = 0; channel < channels; ++channel)
        for (std::size_t i = 0; i < count; ++i)
            picture.samples[channel * count + i] =
                static_cast<float>(pixels.samples[i * channels + channel]) / 255.0f;
    return picture;
}

std::string encode_pixels(const JpegPixels& pixels, int quality, bool half_chroma)
{
    const auto segments = segments_of(write_jpeg(pixels, quality, half_chroma));
    const unsigned first =
        static_cast<unsigned>(quality) | (half_chroma ? half_chroma_bit : 0u);
    return static_cast<char>(first) + segments.tables + segments.scan;
}

double squared_error(const PlanarPicture& a, const PlanarPicture& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.samples.size(); ++i) {
        const double error = std::clamp(a.samples[i], 0.0f, 1.0f) - b.samples[i];
        sum += error * error;
    }
    return sum;
}

//! The best quality that fits, with chroma at one of the two resolutions.
std::optional<CodedPicture> encode_within(JpegCoder& coder,
                                          const JpegPixels& pixels,
                                          bool half_chroma,
                                          std::size_t max_bytes)
{
    QualitySearch search;
    search.least = coder.least_quality();
    search.most = coder.most_quality();
    search.guess = 50; // T.81's example tables as they are
    search.octave = 25;
    search.max_bytes = max_bytes;
    search.trials = 10;
    CodedPicture best;
    const auto size_at = [&](int quality) {
        auto bytes = encode_pixels(pixels, quality, half_chroma);
        const auto size = bytes.size();
        if (size <= max_bytes && quality > best.quality) {
            best.bytes = std::move(bytes);
            best.quality = quality;
        }
        return size;
    };
    if (!find_quality(search, size_at))
        return std::nullopt;
    best.decoded = coder.decode(best.bytes, pixels.channels, pixels.height, pixels.width);
    return best;
}

} // namespace

std::optional<CodedPicture> JpegCoder::encode(const PlanarPicture& picture,
                                              std::size_t max_bytes)
{
    check_coded_picture(picture);
    const auto pixels = pixels_of(picture);
    auto full = encode_within(*this, pixels, false, max_bytes);
    if (picture.channels == 1)
        return full;
    auto half = encode_within(*this, pixels, true, max_bytes);
    const bool use_half = half && (!full || squared_error(picture, half->decoded) <
                                                squared_error(picture, full->decoded));
    return use_half ? half : full;
}

CodedPicture JpegCoder::encode_at(const PlanarPicture& picture, int quality)
{
    check_coded_picture(picture);
    check_coded_quality(*this, quality);
    const bool half_chroma =
        picture.channels != 1 && quality <= most_quality_of_half_chroma;
    CodedPicture coded;
    coded.bytes = encode_pixels(pixels_of(picture), quality, half_chroma);
    coded.quality = quality;
    coded.decoded = decode(coded.bytes, picture.channels, picture.height, picture.width);
    return coded;
}

PlanarPicture
JpegCoder::decode(const std::string& bytes, int channels, int height, int width)
{
    check_coded_shape(channels, height, width);
    const auto first = static_cast<unsigned>(byte_at(bytes, 0));
    const bool half_chroma = (first & half_chroma_bit) != 0;
    const int quality = static_cast<int>(first & ~half_chroma_bit);
    if (quality < least_quality() || quality > most_quality() ||
        (half_chroma && channels == 1))
        refuse_jpeg("their first makes no sense");
    // A pixel's worth of a picture has the headers of all pictures of the quality.
    const JpegPixels pixel{ channels, 1, 1, std::vector<uint8_t>(3) };
    auto known = segments_of(write_jpeg(pixel, quality, half_chroma));
    constexpr std::size_t height_at = 5; // behind marker, length and precision
    known.frame[height_at] = static_cast<char>(height / 256);
    known.frame[height_at + 1] = static_cast<char>(height % 256);
    known.frame[height_at + 2] = static_cast<char>(width / 256);
    known.frame[height_at + 3] = static_cast<char>(width % 256);
    const auto [scan_at, tables] = huffman_segments(bytes, 1, channels == 1 ? 2 : 4);
    const std::string file = std::string{ marker_byte, start_of_image } +
                             known.quantisation + known.frame + tables +
                             known.scan_header + with_stuffing(bytes.substr(scan_at)) +
                             std::string{ marker_byte, end_of_image };
    return picture_of_pixels(read_jpeg(file, channels, height, width));
}

} // namespace djescc

/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Packs pictures into one file and serves crops of it from mapped memory.

#include "data/dataset_kinds.h"

#include "image/left_out_images.h"
#include <cerrno>
#include <cmath>
#include <cstring>
#include <djescc/error.h>
#include <djescc/image/image_io.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/mman.h>
#include <sys/stat.h>
#include <torch/nn/functional/upsampling.h>
#include <unistd.h>

namespace djescc {
namespace {

constexpr char magic[8] = { 'D', 'J', 'E', 'S', 'C', 'C', 'P', 'K' };
constexpr uint32_t pack_version = 1;
constexpr std::size_t header_bytes = 16;
constexpr std::size_t entry_bytes = 16;
constexpr uint32_t largest_side = 1u << 20;

// The file format is little-endian, as are the machines that LibTorch runs on.
template <typename T>
T load(const uint8_t* bytes)
{
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    return value;
}

template <typename T>
void store(std::ostream& stream, T value)
{
    stream.write(reinterpret_cast<const char*>(&value), sizeof(T));
}

class Mapping
{
public:
    explicit Mapping(const std::string& path)
    {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0)
            throw ImageError(path +
                             ": cannot be read; `djescc dataset pack` makes such a file");
        struct stat status {
        };
        if (::fstat(descriptor, &status) == 0 && status.st_size > 0) {
            d_size = static_cast<std::size_t>(status.st_size);
            void* address = ::mmap(nullptr, d_size, PROT_READ, MAP_SHARED, descriptor, 0);
            if (address != MAP_FAILED)
                d_data = static_cast<uint8_t*>(address);
        }
        ::close(descriptor);
        if (!d_data)
            throw ImageError(path + ": cannot be mapped into memory");
    }
    ~Mapping() { ::munmap(d_data, d_size); }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    uint8_t* data() const { return d_data; }
    std::size_t size() const { return d_size; }

private:
    uint8_t* d_data = nullptr;
    std::size_t d_size = 0;
};

struct Entry {
    uint64_t offset;
    uint32_t height, width;
};

class PackedDataset : public Dataset
{
public:
    PackedDataset(const std::string& path, int64_t limit) : d_path(path), d_mapping(path)
    {
        const auto* data = d_mapping.data();
        const auto size = d_mapping.size();
        if (size < header_bytes || std::memcmp(data, magic, sizeof(magic)) != 0)
            throw ImageError(path + ": is not a file that `djescc dataset pack` made");
        if (load<uint32_t>(data + 8) != pack_version)
            throw ImageError(path + ": was packed by another version; pack it again");
        const auto count = load<uint32_t>(data + 12);
        if (count == 0 || (size - header_bytes) / entry_bytes < count)
            throw ImageError(path + ": is truncated; pack it again");
        for (uint32_t i = 0; i < count; ++i) {
            const auto* at = data + header_bytes + i * entry_bytes;
            const Entry entry{ load<uint64_t>(at),
                               load<uint32_t>(at + 8),
                               load<uint32_t>(at + 12) };
            const bool sane = entry.height > 0 && entry.width > 0 &&
                              entry.height <= largest_side && entry.width <= largest_side;
            if (!sane || entry.offset > size ||
                size - entry.offset < 3ull * entry.height * entry.width)
                throw ImageError(path + ": picture " + std::to_string(i) +
                                 " lies outside the file; pack it again");
            d_entries.push_back(entry);
        }
        if (limit > 0 && limit < static_cast<int64_t>(d_entries.size()))
            d_entries.resize(static_cast<std::size_t>(limit));
    }

    int64_t size() const override { return static_cast<int64_t>(d_entries.size()); }

    torch::Tensor crops(const std::vector<CropChoice>& choices,
                        int64_t side) const override
    {
        std::vector<torch::Tensor> batch;
        for (const auto& choice : choices) {
            const auto& entry = d_entries.at(static_cast<std::size_t>(choice.image));
            const auto image = torch::from_blob(d_mapping.data() + entry.offset,
                                                { 3, entry.height, entry.width },
                                                torch::kUInt8);
            batch.push_back(take_crop(image, choice, side));
        }
        return torch::stack(batch);
    }

    std::string description() const override
    {
        return std::filesystem::path(d_path).filename().string() + ", " +
               std::to_string(size()) + " pictures";
    }

private:
    std::string d_path;
    Mapping d_mapping;
    std::vector<Entry> d_entries;
};

torch::Tensor shrink(const torch::Tensor& image, int64_t shorter_side)
{
    const int64_t height = image.size(1), width = image.size(2);
    const int64_t shorter = std::min(height, width);
    if (shorter_side <= 0 || shorter <= shorter_side)
        return image;
    const double scale = static_cast<double>(shorter_side) / static_cast<double>(shorter);
    const auto scaled = [&](int64_t length) {
        return std::max<int64_t>(shorter_side,
                                 std::llround(scale * static_cast<double>(length)));
    };
    namespace F = torch::nn::functional;
    return F::interpolate(image.unsqueeze(0),
                          F::InterpolateFuncOptions()
                              .size(std::vector<int64_t>{ scaled(height), scaled(width) })
                              .mode(torch::kArea))
        .squeeze(0);
}

} // namespace

std::unique_ptr<Dataset> open_packed_dataset(const std::string& path, int64_t limit)
{
    return std::make_unique<PackedDataset>(path, limit);
}

namespace {

//! Gone at the end, whatever happens.
class TemporaryFile
{
public:
    explicit TemporaryFile(std::string path) : d_path(std::move(path)) {}
    ~TemporaryFile()
    {
        std::error_code ignored;
        std::filesystem::remove(d_path, ignored);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& path() const { return d_path; }

private:
    const std::string d_path;
};

[[noreturn]] void refuse_output(const std::string& output)
{
    throw ImageError(output + " cannot be written: " + std::strerror(errno));
}

void make_parent_folder(const std::string& output)
{
    const auto folder = std::filesystem::path(output).parent_path();
    std::error_code error;
    if (!folder.empty() && !std::filesystem::is_directory(folder)) {
        std::filesystem::create_directories(folder, error);
    }
    if (error) {
        throw ImageError("cannot make the folder " + folder.string() + ": " +
                         error.message());
    }
}

} // namespace

int64_t pack_dataset(const std::string& input,
                     const std::string& output,
                     int64_t shorter_side,
                     const std::function<void(int64_t, int64_t)>& progress,
                     int64_t* skipped)
{
    const auto files = list_images(input);
    const auto total = static_cast<int64_t>(files.size());
    // Pixels go to a file of their own first, since the index needs every size.
    make_parent_folder(output);
    const TemporaryFile pixels_file(output + ".pixels");
    const TemporaryFile partial(output + ".partial");
    std::vector<Entry> entries;
    int64_t failed = static_cast<int64_t>(left_out_images(input).size()), done = 0;
    {
        std::ofstream pixels(pixels_file.path(), std::ios::binary);
        uint64_t offset = 0;
        for (const auto& file : files) {
            if (!pixels)
                refuse_output(output);
            try {
                const auto image = shrink(read_image(file), shorter_side)
                                       .mul(255)
                                       .round()
                                       .clamp(0, 255)
                                       .to(torch::kUInt8)
                                       .contiguous();
                pixels.write(reinterpret_cast<const char*>(image.data_ptr<uint8_t>()),
                             image.numel());
                entries.push_back({ offset,
                                    static_cast<uint32_t>(image.size(1)),
                                    static_cast<uint32_t>(image.size(2)) });
                offset += static_cast<uint64_t>(image.numel());
            } catch (const ImageError&) {
                ++failed;
            }
            if (progress)
                progress(++done, total);
        }
        if (!pixels.flush())
            refuse_output(output);
    }
    if (skipped)
        *skipped = failed;
    if (entries.empty())
        throw ImageError(input + ": holds no readable picture");
    {
        std::ofstream pack(partial.path(), std::ios::binary);
        pack.write(magic, sizeof(magic));
        store(pack, pack_version);
        store(pack, static_cast<uint32_t>(entries.size()));
        const uint64_t base = header_bytes + entries.size() * entry_bytes;
        for (const auto& entry : entries) {
            store(pack, base + entry.offset);
            store(pack, entry.height);
            store(pack, entry.width);
        }
        std::ifstream pixels(pixels_file.path(), std::ios::binary);
        pack << pixels.rdbuf();
        if (!pack.flush())
            refuse_output(output);
    }
    std::filesystem::rename(partial.path(), output);
    return static_cast<int64_t>(entries.size());
}

} // namespace djescc

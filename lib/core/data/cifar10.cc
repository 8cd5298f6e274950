/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Reads the binary files of CIFAR-10, pictures and classes.

#include "data/dataset_kinds.h"

#include <djescc/error.h>
#include <fstream>

namespace djescc {
namespace {

constexpr int64_t side = 32;
constexpr int64_t label_bytes = 1;
constexpr int64_t classes = 10;
constexpr int64_t record_bytes = label_bytes + 3 * side * side;

class Cifar10 : public Dataset
{
public:
    Cifar10(const std::vector<std::string>& files, int64_t limit)
    {
        std::vector<torch::Tensor> parts;
        for (const auto& file : files)
            parts.push_back(read(file));
        auto records = torch::cat(parts);
        if (limit > 0 && limit < records.size(0))
            records = records.slice(0, 0, limit);
        d_images = records.slice(1, label_bytes).contiguous().view({ -1, 3, side, side });
        d_labels = records.select(1, 0).to(torch::kInt64);
        if ((d_labels >= classes).any().item<bool>())
            throw ImageError(files.front() +
                             ": holds classes above 9, so it is no file of CIFAR-10");
    }

    int64_t size() const override { return d_images.size(0); }

    torch::Tensor crops(const std::vector<CropChoice>& choices,
                        int64_t wanted) const override
    {
        if (wanted != 0 && wanted != side)
            throw ConfigError("data.crop must be 32 (or 0) for CIFAR-10");
        const auto count = static_cast<int64_t>(choices.size());
        auto batch = torch::empty({ count, 3, side, side }, torch::kUInt8);
        for (int64_t i = 0; i < count; ++i) {
            const auto image = d_images[choices[i].image];
            batch[i].copy_(choices[i].flip ? image.flip(2) : image);
        }
        return batch;
    }

    torch::Tensor labels(const std::vector<CropChoice>& choices) const override
    {
        auto chosen =
            torch::empty({ static_cast<int64_t>(choices.size()) }, torch::kInt64);
        for (std::size_t i = 0; i < choices.size(); ++i)
            chosen[static_cast<int64_t>(i)] = d_labels[choices[i].image];
        return chosen;
    }

    int64_t class_count() const override { return classes; }

    std::string description() const override
    {
        return "CIFAR-10, " + std::to_string(size()) + " images";
    }

private:
    static torch::Tensor read(const std::string& path)
    {
        std::ifstream stream(path, std::ios::binary | std::ios::ate);
        if (!stream)
            throw ImageError(path +
                             ": cannot be read; CIFAR-10's binary version is expected "
                             "here (records of 3073 bytes, not compressed)");
        const auto bytes = static_cast<int64_t>(stream.tellg());
        if (bytes == 0 || bytes % record_bytes)
            throw ImageError(path + ": " + std::to_string(bytes) +
                             " bytes are not a whole number of CIFAR-10 records of 3073 "
                             "bytes; is the file still compressed?");
        auto records =
            torch::empty({ bytes / record_bytes, record_bytes }, torch::kUInt8);
        stream.seekg(0);
        stream.read(reinterpret_cast<char*>(records.data_ptr<uint8_t>()), bytes);
        if (!stream)
            throw ImageError(path + ": reading stopped early");
        return records;
    }

    torch::Tensor d_labels; // N int64
    torch::Tensor d_images; // N x 3 x 32 x 32 uint8
};

} // namespace

std::unique_ptr<Dataset> open_cifar10(const std::vector<std::string>& files,
                                      int64_t limit)
{
    return std::make_unique<Cifar10>(files, limit);
}

std::vector<std::string> class_names(const nlohmann::json& config)
{
    if (!config.contains("cifar10"))
        return {};
    // In the order of the labels (batches.meta.txt of the data).
    return { "airplane", "automobile", "bird",  "cat",  "deer",
             "dog",      "frog",       "horse", "ship", "truck" };
}

} // namespace djescc

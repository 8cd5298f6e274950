/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Opens the data of a configuration, and serves pictures of folders and videos.

#include <djescc/data/dataset.h>

#include "data/dataset_kinds.h"
#include "files/file_io.h"
#include "image/left_out_images.h"
#include <djescc/error.h>
#include <djescc/files/config.h>
#include <djescc/image/image_io.h>
#include <djescc/image/video.h>
#include <filesystem>

namespace djescc {
namespace {

torch::Tensor levels_of(const torch::Tensor& image)
{
    return image.mul(255).round().to(torch::kUInt8);
}

//! Frames of a video, all of them or the first so many.
std::vector<torch::Tensor> frames_of(const std::string& path, int64_t limit)
{
    VideoReader video(path);
    std::vector<torch::Tensor> frames;
    while (limit == 0 || static_cast<int64_t>(frames.size()) < limit) {
        const auto frame = video.read();
        if (!frame)
            break;
        frames.push_back(levels_of(*frame));
    }
    if (frames.empty())
        throw ImageError(path + ": holds no frame that can be read");
    return frames;
}

/*! Pictures of a folder, or frames of a video, decoded at the start and kept. A picture
 *  that cannot be read is left out here and not met in the middle of a run. */
class FolderDataset : public Dataset
{
public:
    FolderDataset(const std::string& folder, int64_t limit) : d_folder(folder)
    {
        if (is_video_file(folder)) {
            d_images = frames_of(folder, limit);
            return;
        }
        for (const auto& path : left_out_images(folder))
            leave_out(path);
        std::string last_error;
        for (const auto& file : list_images(folder)) {
            if (limit > 0 && size() == limit)
                break;
            try {
                d_images.push_back(levels_of(read_image(file)));
            } catch (const ImageError& error) {
                leave_out(file);
                last_error = error.what();
            }
        }
        if (d_images.empty())
            throw ImageError(folder + " holds no readable picture: " + last_error);
    }

    int64_t size() const override { return static_cast<int64_t>(d_images.size()); }

    torch::Tensor crops(const std::vector<CropChoice>& choices,
                        int64_t side) const override
    {
        std::vector<torch::Tensor> batch;
        for (const auto& choice : choices) {
            const auto& image = d_images.at(static_cast<std::size_t>(choice.image));
            batch.push_back(take_crop(image, choice, side));
            if (batch.back().sizes() != batch.front().sizes())
                throw ConfigError(d_folder +
                                  ": the pictures have different sizes; set "
                                  "data.crop");
        }
        return torch::stack(batch);
    }

    std::string description() const override
    {
        return std::filesystem::path(d_folder).filename().string() + ", " +
               std::to_string(size()) + " pictures" +
               (d_left_out.empty() ? "" : " (left out: " + d_left_out + ")");
    }

private:
    void leave_out(const std::string& path)
    {
        constexpr int64_t most_names = 3;
        ++d_left_out_count;
        const auto name = printable(std::filesystem::path(path).filename().string());
        if (d_left_out_count <= most_names)
            d_left_out += (d_left_out.empty() ? "" : ", ") + name;
        else if (d_left_out_count == most_names + 1)
            d_left_out += ", ...";
    }

    std::string d_folder;
    std::vector<torch::Tensor> d_images;
    int64_t d_left_out_count = 0;
    std::string d_left_out; //!< the first names
};

//! Another set's pictures without their colours.
class GreyDataset : public Dataset
{
public:
    explicit GreyDataset(std::unique_ptr<Dataset> colours) : d_colours(std::move(colours))
    {
    }

    int64_t size() const override { return d_colours->size(); }

    //! N x 1 x side x side: luma (ITU-R BT.601), rounded.
    torch::Tensor crops(const std::vector<CropChoice>& choices,
                        int64_t side) const override
    {
        const auto weights = torch::tensor({ 0.299f, 0.587f, 0.114f });
        const auto colours = d_colours->crops(choices, side).to(torch::kFloat32);
        return (colours * weights.view({ 1, 3, 1, 1 }))
            .sum(1, /*keepdim=*/true)
            .round()
            .to(torch::kUInt8);
    }

    torch::Tensor labels(const std::vector<CropChoice>& choices) const override
    {
        return d_colours->labels(choices);
    }
    int64_t class_count() const override { return d_colours->class_count(); }
    std::string description() const override
    {
        return d_colours->description() + ", grey";
    }

private:
    std::unique_ptr<Dataset> d_colours;
};

std::string resolve(const std::string& path, const std::string& root)
{
    return (std::filesystem::path(root) / path).string();
}

} // namespace

torch::Tensor Dataset::labels(const std::vector<CropChoice>&) const
{
    throw ConfigError(description() +
                      ": these pictures have no classes; classification needs "
                      "{\"cifar10\": FILE} as data");
}

std::unique_ptr<Dataset> Dataset::open(const nlohmann::json& config,
                                       const std::string& root)
{
    ConfigReader reader(config, "data");
    if (reader.get("grey", false)) {
        auto colours = config;
        colours.erase("grey");
        return std::make_unique<GreyDataset>(open(colours, root));
    }
    const auto limit = reader.get_in<int64_t>("limit", 0, 0, INT64_MAX);
    if (reader.has("cifar10")) {
        const auto value = reader.child("cifar10");
        const auto files = value.is_string()
                               ? std::vector<std::string>{ value.get<std::string>() }
                               : reader.require<std::vector<std::string>>("cifar10");
        reader.finish();
        std::vector<std::string> paths;
        for (const auto& file : files)
            paths.push_back(resolve(file, root));
        if (paths.empty())
            throw ConfigError("data.cifar10 lists no file");
        return open_cifar10(paths, limit);
    }
    if (reader.has("pack")) {
        const auto path = resolve(reader.require<std::string>("pack"), root);
        reader.finish();
        return open_packed_dataset(path, limit);
    }
    if (reader.has("folder")) {
        const auto path = resolve(reader.require<std::string>("folder"), root);
        reader.finish();
        return std::make_unique<FolderDataset>(path, limit);
    }
    throw ConfigError("data needs one of \"cifar10\", \"folder\" or \"pack\"");
}

} // namespace djescc

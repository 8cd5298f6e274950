/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// Runs gnuplot in a folder of its own and hands its complaints on.

#include "plot/gnuplot.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <djescc/error.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ; // NOLINT: POSIX has it in no header

namespace {

namespace fs = std::filesystem;

constexpr char program[] = "gnuplot";
// Both pictures have this size in pixels.
constexpr char size_and_font[] = "size 1200,800 noenhanced font 'sans,14'";
constexpr std::array<const char*, 2> extensions{ ".png", ".svg" };

//! A folder of our own under the system's temporary folder, removed at the end.
class TemporaryFolder
{
public:
    TemporaryFolder()
    {
        std::string name = (fs::temp_directory_path() / "djescc-plot-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw djescc::Error("no temporary folder can be made: " +
                                std::string(std::strerror(errno)));
        d_path = name;
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        fs::remove_all(d_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    fs::path operator/(const std::string& name) const { return d_path / name; }

private:
    fs::path d_path;
};

//! Runs gnuplot on a file of commands, without the user's own settings and without a
//! shell; what it says goes to \p messages.
//! \return its exit status
int run_gnuplot(const fs::path& script, const fs::path& messages)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    for (const int output : { STDOUT_FILENO, STDERR_FILENO })
        posix_spawn_file_actions_addopen(&actions,
                                         output,
                                         messages.c_str(),
                                         O_WRONLY | O_CREAT | O_APPEND,
                                         S_IRUSR | S_IWUSR);
    std::string name = program, settings = "-d", file = script.string();
    std::array<char*, 4> arguments{ name.data(), settings.data(), file.data(), nullptr };
    pid_t process = 0;
    const int error =
        ::posix_spawnp(&process, program, &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        throw djescc::Error("gnuplot cannot be started: " +
                            std::string(std::strerror(error)));
    int status = 0;
    while (::waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            throw djescc::Error("gnuplot cannot be waited for: " +
                                std::string(std::strerror(errno)));
    return status;
}

//! What gnuplot said, on one line.
std::string one_line(const fs::path& path)
{
    std::ifstream stream(path);
    std::string text{ std::istreambuf_iterator<char>(stream), {} }, line;
    std::replace(text.begin(), text.end(), '\n', ' ');
    const auto is_space = [](char a, char b) { return a == ' ' && b == ' '; };
    std::unique_copy(text.begin(), text.end(), std::back_inserter(line), is_space);
    return line;
}

void copy(const fs::path& from, const std::string& to)
{
    std::error_code error;
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
    if (error)
        throw djescc::Error(to + " cannot be written: " + error.message());
}

} // namespace

void require_gnuplot()
{
    const char* const path = std::getenv("PATH");
    std::istringstream folders(path ? path : "/usr/local/bin:/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (::access((fs::path(folder) / program).c_str(), X_OK) == 0)
            return;
    throw djescc::ConfigError(
        "plots are drawn by gnuplot, which is not installed: "
        "install Debian's package gnuplot-nox");
}

std::string gnuplot_string(const std::string& text)
{
    std::string quoted = "'";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '\'')
            quoted += "''";
        else
            quoted += code < ' ' || code == 0x7f ? ' ' : c;
    }
    return quoted + "'";
}

void write_plots(const std::string& script, const std::string& stem)
{
    require_gnuplot();
    const TemporaryFolder folder;
    const auto file = folder / "script", messages = folder / "messages";
    std::ofstream stream(file);
    const std::array<std::string, 2> terminals{ "pngcairo", "svg" };
    for (std::size_t i = 0; i < terminals.size(); i++)
        stream << "reset\nset terminal " << terminals[i] << ' ' << size_and_font
               << "\nset output "
               << gnuplot_string(
                      (folder / ("plot" + std::string(extensions[i]))).string())
               << '\n'
               << script << "unset output\n";
    stream.close();
    if (!stream)
        throw djescc::Error(file.string() + " cannot be written");
    if (run_gnuplot(file, messages) != 0)
        throw djescc::Error("gnuplot failed: " + one_line(messages));
    std::error_code ignored; // copying reports it
    if (fs::path(stem).has_parent_path())
        fs::create_directories(fs::path(stem).parent_path(), ignored);
    for (const char* extension : extensions)
        copy(folder / ("plot" + std::string(extension)), stem + extension);
}

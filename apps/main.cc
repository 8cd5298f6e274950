/* -*- c++ -*- */
/*
 * Copyright 2026 gr-djescc authors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
// The program `djescc`: reads the command line, runs a subcommand, and turns errors into
// a line and an exit code.

#include "commands/commands.h"
#include "exit_code.h"
#include <CLI/CLI.hpp>
#include <c10/util/Exception.h>
#include <djescc/version.h>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <new>
#include <string>
#include <unistd.h>
#ifdef DJESCC_HAVE_GNURADIO
#include <gnuradio/logger.h>
#endif

namespace {

constexpr char description[] =
    "djescc: send pictures over the air with deep joint encryption and source-channel "
    "coding.";

constexpr char footer[] =
    "Exit codes: 0 done, 1 it went wrong (one line on stderr says what), 2 wrong usage, "
    "130 stopped by Ctrl-C.\n"
    "`djescc COMMAND --help` shows a command's options and examples; docs/command.md "
    "explains them.";

//! GNU Radio's remarks on its buffers are for people who build flowgraphs.
void log_warnings_only()
{
#ifdef DJESCC_HAVE_GNURADIO
    gr::logging::singleton().set_default_level(gr::log_level::warn);
#endif
}

int fail(const std::string& reason)
{
    std::cerr << "djescc: " << reason << '\n';
    return exit_code::failure;
}

//! \p status, unless what was printed got lost.
int told(int status)
{
    // Who closed the standard output wants none.
    if (std::cout.flush() || ::fcntl(STDOUT_FILENO, F_GETFD) < 0)
        return status;
    return fail("the standard output cannot be written; is the disk full?");
}

//! LibTorch's messages go on for pages; the first line is the one that tells.
std::string first_line(const std::string& text)
{
    return text.substr(0, text.find('\n'));
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App program(description, "djescc");
    program.footer(footer);
    program.require_subcommand(1);
    program.set_version_flag("--version",
                             std::string("djescc ") + djescc::version + " (" +
                                 djescc::commit + ")");
    Action action;
    add_train_command(program, action);
    add_dataset_command(program, action);
    add_evaluate_command(program, action);
    add_classify_command(program, action);
    add_simulate_command(program, action);
    add_transmit_command(program, action);
    add_receive_command(program, action);
    add_model_command(program, action);
    add_keygen_command(program, action);
    add_keyring_command(program, action);
    add_security_command(program, action);
    add_attack_command(program, action);
    add_link_command(program, action);
    add_bench_command(program, action);

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // prints the help that was asked for, or the error
        return program.exit(error) == 0 ? exit_code::success : exit_code::usage;
    }
    try {
        log_warnings_only();
        return told(action());
    } catch (const c10::Error& error) {
        return fail("LibTorch: " + first_line(error.what_without_backtrace()));
    } catch (const std::filesystem::filesystem_error& error) {
        // GNU Radio makes its folder when it is first used; releases differ in where.
        const auto name = error.path1().filename();
        if (name != ".gnuradio" && name != "gnuradio" && name != ".config")
            return fail(first_line(error.what()));
        return fail("GNU Radio cannot make its folder " + error.path1().string() + " (" +
                    error.code().message() +
                    "): set HOME to a folder that can be written to, or unset it");
    } catch (const std::bad_alloc&) {
        return fail("not enough memory: use smaller pictures or smaller batches");
    } catch (const std::exception& error) {
        return fail(first_line(error.what()));
    }
}

# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sourced by the scripts: installs what is missing on Debian 12 and 13, configures and
# builds into build/. The sourcing script stands in the repository's root.

# Every package that a complete build and its tests need.
djescc_packages=(
    build-essential cmake ninja-build ccache git ca-certificates
    gnuradio gnuradio-dev gir1.2-gtk-3.0 libtorch-dev libgoogle-glog-dev
    libuhd-dev libsoapysdr-dev
    libopencv-dev libsodium-dev nlohmann-json3-dev libcli11-dev
    libitpp-dev
    libx265-dev libde265-dev libjpeg-dev
    libcppunit-dev libbenchmark-dev pybind11-dev python3-dev python3-numpy python3-yaml
    # djescc evaluate --plot
    gnuplot-nox
    # Reference BLAS makes transposed convolutions six times slower.
    libopenblas0-pthread
)

# Memory that compiling one file with LibTorch's headers can take.
djescc_gib_per_job=2

djescc_fail() {
    echo "error: $*" >&2
    exit 1
}

# djescc_install_packages [PACKAGE...]: all that the build needs where none is named
djescc_install_packages() {
    local wanted=("$@") missing=() package
    if [ $# -eq 0 ]; then wanted=("${djescc_packages[@]}"); fi
    for package in "${wanted[@]}"; do
        if ! dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed'; then
            missing+=("$package")
        fi
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    command -v apt-get >/dev/null ||
        djescc_fail "this is no Debian; install by hand what corresponds to: ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            djescc_fail "run as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]}"
    "${as_root[@]}" apt-get update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "${missing[@]}"
}

# Number of compilers that cores and free memory allow.
djescc_jobs() {
    local cores memory_kib by_memory
    cores=$(nproc)
    memory_kib=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
    by_memory=$((memory_kib / (djescc_gib_per_job * 1024 * 1024)))
    if [ "$by_memory" -lt 1 ]; then by_memory=1; fi
    if [ "$by_memory" -lt "$cores" ]; then echo "$by_memory"; else echo "$cores"; fi
}

# djescc_configure FOLDER [CMAKE OPTION...]: with ccache where it is installed, and with
# the words of DJESCC_CMAKE_OPTIONS.
djescc_configure() {
    local folder=$1 options=(-DPYTHON_EXECUTABLE=/usr/bin/python3)
    shift
    if command -v ccache >/dev/null; then
        options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
        # Without these ccache does not cache files that use a precompiled header.
        export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        # Clones in different folders share what they compile.
        export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
    fi
    # shellcheck disable=SC2086 # several words
    cmake --no-warn-unused-cli -G Ninja -S . -B "$folder" "${options[@]}" "$@" \
        ${DJESCC_CMAKE_OPTIONS:-}
}

# djescc_build [TARGET...]
djescc_build() {
    djescc_configure build -DCMAKE_BUILD_TYPE=Release
    cmake --build build --parallel "$(djescc_jobs)" ${1:+--target "$@"}
}

# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Finds every library; each missing one is reported with the package that has it.

find_package(Threads REQUIRED)

# LibTorch: Debian's package or any prefix (CMAKE_PREFIX_PATH, LibTorch_ROOT or Torch_DIR).
find_package(LibTorch 1.13 REQUIRED)
message(STATUS "LibTorch ${LibTorch_VERSION} (CUDA: ${LibTorch_CUDA})")
find_package(nlohmann_json QUIET)
if(NOT nlohmann_json_FOUND)
    find_path(NLOHMANN_JSON_INCLUDE_DIR nlohmann/json.hpp REQUIRED)
    add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED)
    target_include_directories(nlohmann_json::nlohmann_json
                               INTERFACE "${NLOHMANN_JSON_INCLUDE_DIR}")
endif()
find_path(CLI11_INCLUDE_DIR CLI/CLI.hpp REQUIRED)

if(ENABLE_OPENCV)
    find_package(OpenCV REQUIRED COMPONENTS core imgproc imgcodecs videoio)
endif()
if(ENABLE_SODIUM)
    find_path(SODIUM_INCLUDE_DIR sodium.h REQUIRED)
    find_library(SODIUM_LIBRARY sodium REQUIRED)
endif()
if(ENABLE_DIGITAL AND ENABLE_TESTING)
    # What the tests compare the LDPC decoder with; the library does not use it.
    find_path(ITPP_INCLUDE_DIR itpp/itcomm.h)
    find_library(ITPP_LIBRARY itpp)
endif()
if(ENABLE_DIGITAL)
    find_path(X265_INCLUDE_DIR x265.h REQUIRED)
    find_library(X265_LIBRARY x265 REQUIRED)
    find_path(DE265_INCLUDE_DIR libde265/de265.h REQUIRED)
    find_library(DE265_LIBRARY de265 REQUIRED)
    find_package(JPEG REQUIRED)
endif()
if(ENABLE_GNURADIO)
    find_package(Gnuradio "3.10" REQUIRED COMPONENTS blocks fft fec)
    # What transmit and receive can send to and receive from beside files; each is left
    # out where GNU Radio or the device library's headers lack it.
    foreach(port IN ITEMS uhd soapy zeromq)
        find_package(gnuradio-${port} QUIET CONFIG HINTS "${Gnuradio_DIR}")
    endforeach()
    set(DJESCC_RADIO_PORTS "")
    if(TARGET gnuradio::gnuradio-uhd AND TARGET UHD::UHD)
        list(APPEND DJESCC_RADIO_PORTS uhd)
    endif()
    if(TARGET gnuradio::gnuradio-soapy AND TARGET SoapySDR)
        list(APPEND DJESCC_RADIO_PORTS soapy)
    endif()
    if(TARGET gnuradio::gnuradio-zeromq)
        list(APPEND DJESCC_RADIO_PORTS zeromq)
    endif()
    message(STATUS "Radio ports: file ${DJESCC_RADIO_PORTS}")
    # Sleeping that a flowgraph can interrupt.
    find_package(Boost REQUIRED COMPONENTS chrono thread)
endif()
if(ENABLE_TESTING)
    find_path(CPPUNIT_INCLUDE_DIR cppunit/TestCase.h)
    find_library(CPPUNIT_LIBRARY cppunit)
    if(NOT CPPUNIT_INCLUDE_DIR OR NOT CPPUNIT_LIBRARY)
        message(STATUS "cppunit not found: the tests are left out (libcppunit-dev)")
        set(ENABLE_TESTING OFF)
    endif()
endif()

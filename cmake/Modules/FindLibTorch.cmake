# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later

#[[
Finds LibTorch by its headers and libraries, wherever it came from: Debian's package, an
unpacked download, or the torch folder of a Python wheel.

PyTorch's own TorchConfig.cmake is not used, because a CUDA build's insists on a matching
nvcc, and Debian's on glog, gflags and protobuf for development. This project compiles no
CUDA code and needs none of them (glog alone where LibTorch's headers include it).

Search more places with CMAKE_PREFIX_PATH, LibTorch_ROOT or Torch_DIR.

  LibTorch::LibTorch   imported target: headers, libraries, required compiler flags
  LibTorch_VERSION     for example 2.6.0
  LibTorch_CUDA        whether the libraries are a CUDA build
]]

set(_torch_hints "")
if(Torch_DIR)
    # <prefix>/share/cmake/Torch
    list(APPEND _torch_hints "${Torch_DIR}/../../..")
endif()
foreach(_directory IN LISTS CMAKE_PREFIX_PATH)
    # torch.utils.cmake_prefix_path is <prefix>/share/cmake
    if(_directory MATCHES "/share/cmake/?$")
        list(APPEND _torch_hints "${_directory}/../..")
    endif()
endforeach()
# Where the installed package was built with another LibTorch than the system's.
list(APPEND _torch_hints ${DJESCC_TORCH_PREFIX})

find_path(LibTorch_INCLUDE_DIR torch/csrc/api/include/torch/torch.h
          HINTS ${_torch_hints} PATH_SUFFIXES include)
if(LibTorch_INCLUDE_DIR)
    # Headers and libraries of one prefix belong together.
    get_filename_component(_torch_prefix "${LibTorch_INCLUDE_DIR}" DIRECTORY)
    list(PREPEND _torch_hints "${_torch_prefix}")
endif()
foreach(_part IN ITEMS torch torch_cpu c10 torch_cuda c10_cuda)
    find_library(LibTorch_${_part}_LIBRARY ${_part} HINTS ${_torch_hints}
                 PATH_SUFFIXES lib)
    mark_as_advanced(LibTorch_${_part}_LIBRARY)
endforeach()
mark_as_advanced(LibTorch_INCLUDE_DIR)

set(LibTorch_CUDA OFF)
if(LibTorch_torch_cuda_LIBRARY)
    set(LibTorch_CUDA ON)
endif()

if(LibTorch_INCLUDE_DIR)
    # 2.9 moved the numbers to another header.
    set(_version_header "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include/torch/version.h")
    if(EXISTS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h")
        set(_version_header "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h")
    endif()
    file(READ "${_version_header}" _version_text)
    set(_version_parts "")
    foreach(_part IN ITEMS MAJOR MINOR PATCH)
        if(_version_text MATCHES "#define TORCH_VERSION_${_part} ([0-9]+)")
            list(APPEND _version_parts "${CMAKE_MATCH_1}")
        endif()
    endforeach()
    list(JOIN _version_parts "." LibTorch_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
    LibTorch
    REQUIRED_VARS LibTorch_torch_LIBRARY LibTorch_torch_cpu_LIBRARY LibTorch_c10_LIBRARY
                  LibTorch_INCLUDE_DIR
    VERSION_VAR LibTorch_VERSION
    REASON_FAILURE_MESSAGE
        "install libtorch-dev, or add the prefix of another LibTorch to CMAKE_PREFIX_PATH")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
    # Wheels before 2.6 were compiled with the old C++ ABI; TorchConfig.cmake tells.
    set(_torch_abi "")
    foreach(_directory IN ITEMS "${_torch_prefix}/share/cmake/Torch" "${Torch_DIR}")
        if(EXISTS "${_directory}/TorchConfig.cmake")
            file(READ "${_directory}/TorchConfig.cmake" _torch_config)
            if(_torch_config MATCHES "_GLIBCXX_USE_CXX11_ABI=([01])")
                set(_torch_abi "${CMAKE_MATCH_1}")
            endif()
        endif()
    endforeach()

    set(_torch_libraries
        "${LibTorch_torch_cpu_LIBRARY}" "${LibTorch_c10_LIBRARY}")
    if(LibTorch_CUDA AND LibTorch_c10_cuda_LIBRARY)
        list(APPEND _torch_libraries "${LibTorch_c10_cuda_LIBRARY}")
    endif()

    add_library(LibTorch::LibTorch INTERFACE IMPORTED)
    set_target_properties(
        LibTorch::LibTorch
        PROPERTIES INTERFACE_INCLUDE_DIRECTORIES
                   "${LibTorch_INCLUDE_DIR};${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
    # libtorch.so has no symbols of its own; it pulls in the CUDA kernels, which register
    # themselves, so the linker must not drop it as unused.
    set_property(
        TARGET LibTorch::LibTorch
        PROPERTY INTERFACE_LINK_LIBRARIES
                 "-Wl,--push-state,--no-as-needed" "${LibTorch_torch_LIBRARY}"
                 "-Wl,--pop-state" ${_torch_libraries})
    set(_torch_macros "${LibTorch_INCLUDE_DIR}/c10/macros/cmake_macros.h")
    if(EXISTS "${_torch_macros}")
        file(STRINGS "${_torch_macros}" _torch_glog REGEX "^#define C10_USE_GLOG")
        if(_torch_glog)
            find_package(glog REQUIRED)
            set_property(TARGET LibTorch::LibTorch APPEND PROPERTY INTERFACE_LINK_LIBRARIES
                                                                   glog::glog)
        endif()
    endif()
    if(NOT _torch_abi STREQUAL "")
        set_property(TARGET LibTorch::LibTorch PROPERTY INTERFACE_COMPILE_DEFINITIONS
                                                        _GLIBCXX_USE_CXX11_ABI=${_torch_abi})
    endif()
endif()

# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later

set(djescc_sanitizers -fsanitize=address,undefined -fno-sanitize-recover=undefined)

# Settings that every target of the project shares.
function(djescc_target_defaults target)
    set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP UNITY_BUILD_RELOCATABLE ON)
    # No folder of this clone in messages: clones share what ccache has.
    target_compile_options(${target} PRIVATE "-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=")
    target_compile_options(${target} PRIVATE -Wall -Wextra)
    if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # Sources that are compiled together look like headers to the compiler.
        target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
    endif()
    if(WARNINGS_AS_ERRORS)
        target_compile_options(${target} PRIVATE -Werror)
        # Two classes of one name are seen where the whole program is optimised together.
        if(CMAKE_INTERPROCEDURAL_OPTIMIZATION AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
            target_link_options(${target} PRIVATE -Werror=odr -Werror=lto-type-mismatch)
        endif()
    endif()
    if(ENABLE_SANITIZERS)
        # GCC's own note: the sanitizers' code makes it see uninitialised values in headers.
        target_compile_options(${target} PRIVATE ${djescc_sanitizers} -fno-omit-frame-pointer
                                                 -Wno-maybe-uninitialized)
        target_link_options(${target} PRIVATE ${djescc_sanitizers})
    endif()
endfunction()

# Objects of a shared library that exports what it says and no more.
function(djescc_library_objects target)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON
                                               CXX_VISIBILITY_PRESET hidden
                                               VISIBILITY_INLINES_HIDDEN ON)
endfunction()

# Precompile the headers that cost most of a source file's compile time.
function(djescc_use_torch_headers target)
    if(ENABLE_PCH)
        target_precompile_headers(${target} PRIVATE <torch/types.h> <torch/utils.h>
                                                    <nlohmann/json.hpp>)
    endif()
endfunction()

# Let an installed program or library find our libraries in whatever prefix it lies, and
# LibTorch where it was found, unless the system's own folders hold them.
function(djescc_install_rpath target destination)
    if(IS_ABSOLUTE "${destination}" OR IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
        set(path "${CMAKE_INSTALL_FULL_LIBDIR}")
    else()
        file(RELATIVE_PATH path "/${destination}" "/${CMAKE_INSTALL_LIBDIR}")
        set(path "$ORIGIN/${path}")
    endif()
    set_target_properties(${target} PROPERTIES INSTALL_RPATH "${path}"
                                               INSTALL_RPATH_USE_LINK_PATH ON)
endfunction()

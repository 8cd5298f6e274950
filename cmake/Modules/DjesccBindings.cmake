# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later

# A binding names the header that it binds and the header's MD5, as gr_modtool writes them:
#
#   /* BINDTOOL_HEADER_FILE(image_source.h) */
#   /* BINDTOOL_HEADER_FILE_HASH(0123456789abcdef0123456789abcdef) */
#
# An edited header whose binding was not looked at again stops the configuration here.
function(djescc_check_binding_hashes)
    set(header_dir "${PROJECT_SOURCE_DIR}/include/gnuradio/djescc")
    foreach(binding IN LISTS ARGN)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${binding}")
        file(READ "${binding}" text)
        if(NOT text MATCHES "BINDTOOL_HEADER_FILE\\(([^)]*)\\)")
            continue()
        endif()
        set(header "${header_dir}/${CMAKE_MATCH_1}")
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")
        file(MD5 "${header}" actual)
        if(NOT text MATCHES "BINDTOOL_HEADER_FILE_HASH\\(([0-9a-f]*)\\)"
           OR NOT CMAKE_MATCH_1 STREQUAL actual)
            message(
                FATAL_ERROR
                    "The Python binding ${binding} is out of step with ${header}.\n"
                    "Bring the binding up to date, then run scripts/update-binding-hashes.")
        endif()
    endforeach()
endfunction()

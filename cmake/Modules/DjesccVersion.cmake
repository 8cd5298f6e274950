# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later

# Generates djescc/version.h, at every build, so that the commit is the one that is built.
set(DJESCC_GENERATED_INCLUDE_DIR "${PROJECT_BINARY_DIR}/include")
set(_version_command
    "${CMAKE_COMMAND}" "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}"
    "-DTEMPLATE=${PROJECT_SOURCE_DIR}/cmake/templates/version.h.in"
    "-DOUTPUT=${DJESCC_GENERATED_INCLUDE_DIR}/djescc/version.h"
    "-DPROJECT_VERSION=${PROJECT_VERSION}" -P
    "${PROJECT_SOURCE_DIR}/cmake/write_version.cmake")
execute_process(COMMAND ${_version_command} COMMAND_ERROR_IS_FATAL ANY)
add_custom_target(djescc_version COMMAND ${_version_command}
                  BYPRODUCTS "${DJESCC_GENERATED_INCLUDE_DIR}/djescc/version.h"
                  COMMENT "Checking the version")

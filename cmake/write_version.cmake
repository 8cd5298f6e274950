# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later

# cmake -DSOURCE_DIR= -DTEMPLATE= -DOUTPUT= -DPROJECT_VERSION= -P write_version.cmake
# Writes OUTPUT from TEMPLATE; a file whose text is the same is left alone.
set(DJESCC_COMMIT "unknown")
find_program(GIT_PROGRAM git)
if(GIT_PROGRAM AND EXISTS "${SOURCE_DIR}/.git")
    execute_process(
        COMMAND "${GIT_PROGRAM}" describe --always --dirty --abbrev=12 --exclude=*
        WORKING_DIRECTORY "${SOURCE_DIR}"
        OUTPUT_VARIABLE _commit
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(_commit)
        set(DJESCC_COMMIT "${_commit}")
    endif()
endif()
configure_file("${TEMPLATE}" "${OUTPUT}" @ONLY)

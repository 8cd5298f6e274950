# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later

# Runs at the start of the installation: whatever it needs must be built. `scripts/demo`
# builds the program alone.
function(djescc_require_complete_build build_folder)
    file(STRINGS "${build_folder}/installed_targets.txt" files)
    foreach(file IN LISTS files)
        if(NOT EXISTS "${file}")
            message(FATAL_ERROR "Nothing was installed, because ${file} is not built yet. "
                                "Build everything first: cmake --build ${build_folder}")
        endif()
    endforeach()
endfunction()

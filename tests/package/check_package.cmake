# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later

# cmake -DBUILD_DIR= -DWORK_DIR= -DGENERATOR= -DCXX_COMPILER= -DWITH_GNURADIO=
#       -DCMAKE_PREFIX_PATH= -P check_package.cmake
#
# Installs into a folder of its own, builds and runs another project against that, and
# uninstalls; nothing may be left behind.
set(prefix "${WORK_DIR}/prefix")
set(consumer_build "${WORK_DIR}/consumer")
file(REMOVE_RECURSE "${prefix}" "${consumer_build}")

# The user's own installation from this build folder must stay uninstallable.
set(manifest "${BUILD_DIR}/install_manifest.txt")
if(EXISTS "${manifest}")
    file(RENAME "${manifest}" "${manifest}.saved")
endif()
function(restore_manifest)
    file(REMOVE "${manifest}")
    if(EXISTS "${manifest}.saved")
        file(RENAME "${manifest}.saved" "${manifest}")
    endif()
endfunction()

function(run what)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output
                    ERROR_VARIABLE output)
    if(NOT result EQUAL 0)
        restore_manifest()
        message(FATAL_ERROR "${what} failed:\n${output}")
    endif()
endfunction()

run("Installation" "${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${prefix}")
string(REPLACE ";" "\\;" prefix_path "${prefix};${CMAKE_PREFIX_PATH}")
run("Configuring a project that uses the package"
    "${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${CMAKE_CURRENT_LIST_DIR}/consumer" -B
    "${consumer_build}" "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}"
    "-DCMAKE_PREFIX_PATH=${prefix_path}" "-DWITH_GNURADIO=${WITH_GNURADIO}")
run("Building a project that uses the package" "${CMAKE_COMMAND}" --build "${consumer_build}")
run("Running a program that uses the package" "${consumer_build}/consumer")
run("Uninstalling" "${CMAKE_COMMAND}" -P "${BUILD_DIR}/cmake_uninstall.cmake")
restore_manifest()

file(GLOB_RECURSE left_over "${prefix}/*")
if(left_over)
    message(FATAL_ERROR "uninstall left behind: ${left_over}")
endif()
file(REMOVE_RECURSE "${prefix}" "${consumer_build}")

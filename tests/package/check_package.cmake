# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later

# cmake -DSOURCE_DIR= -DBUILD_DIR= -DWORK_DIR= -DGENERATOR= -DCXX_COMPILER= -DWITH_GNURADIO=
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

# A plug-in outside the tree, in the installed command; with GNU Radio in a flowgraph.
set(plugin_build "${WORK_DIR}/plugin")
set(plugin_model "${WORK_DIR}/plugin-model")
file(REMOVE_RECURSE "${plugin_build}" "${plugin_model}")
run("Configuring a plug-in"
    "${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${SOURCE_DIR}/examples/plugin" -B
    "${plugin_build}" "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}"
    "-DCMAKE_PREFIX_PATH=${prefix_path}")
run("Building a plug-in" "${CMAKE_COMMAND}" --build "${plugin_build}")
set(command "${CMAKE_COMMAND}" -E env "DJESCC_PLUGINS=${plugin_build}/libblock_means.so"
            "${prefix}/bin/djescc")
run("Making a model of the plug-in's codec" ${command} model create --cipher none --codec
    block_means --output "${plugin_model}")
if(WITH_GNURADIO)
    run("Running the plug-in's codec in a flowgraph" ${command} simulate --model
        "${plugin_model}" --input "${SOURCE_DIR}/examples/pictures/photo" --limit 1 --snr 10
        --json "${WORK_DIR}/plugin.json")
    file(READ "${WORK_DIR}/plugin.json" figures)
    string(JSON psnr_db GET "${figures}" frames 0 psnr_db)
    # Means of 4x4 blocks of a photograph; noise alone would give less than 10 dB.
    if(psnr_db LESS 15)
        restore_manifest()
        message(FATAL_ERROR "the plug-in's codec gave ${psnr_db} dB in a flowgraph")
    endif()
endif()
file(REMOVE_RECURSE "${plugin_build}" "${plugin_model}")

# Python leaves its own files beside ours.
file(GLOB_RECURSE python_package "${prefix}/__init__.py")
foreach(file IN LISTS python_package)
    get_filename_component(folder "${file}" DIRECTORY)
    file(WRITE "${folder}/__pycache__/left.pyc" "")
endforeach()

run("Uninstalling" "${CMAKE_COMMAND}" -P "${BUILD_DIR}/cmake_uninstall.cmake")
restore_manifest()

file(GLOB_RECURSE left_over "${prefix}/*")
if(left_over)
    message(FATAL_ERROR "uninstall left behind: ${left_over}")
endif()
# An empty folder still imports as a package.
file(GLOB_RECURSE left_over LIST_DIRECTORIES true "${prefix}/*")
list(FILTER left_over INCLUDE REGEX "/(gnuradio-)?djescc$")
if(left_over)
    message(FATAL_ERROR "uninstall left empty folders behind: ${left_over}")
endif()

# The installation of half a build must not begin.
set(half "${WORK_DIR}/half")
file(REMOVE_RECURSE "${half}")
file(WRITE "${half}/installed_targets.txt" "${half}/program\n")
file(WRITE "${half}/check.cmake"
     "include([[${SOURCE_DIR}/cmake/require_complete_build.cmake]])
djescc_require_complete_build([[${half}]])
")
execute_process(COMMAND "${CMAKE_COMMAND}" -P "${half}/check.cmake" RESULT_VARIABLE result
                ERROR_VARIABLE said)
if(result EQUAL 0 OR NOT said MATCHES "Nothing was installed")
    message(FATAL_ERROR "the installation of half a build is not refused: ${said}")
endif()
file(WRITE "${half}/program" "")
run("The check of a whole build" "${CMAKE_COMMAND}" -P "${half}/check.cmake")
file(REMOVE_RECURSE "${half}")
file(REMOVE_RECURSE "${prefix}" "${consumer_build}")

# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later

# What other CMake projects find after the installation: the package djescc with the target
# djescc::djescc and, with GNU Radio, gnuradio-djescc with gnuradio::gnuradio-djescc. And
# the target "uninstall".
include(CMakePackageConfigHelpers)

get_filename_component(DJESCC_TORCH_PREFIX "${LibTorch_INCLUDE_DIR}" DIRECTORY)

# djescc_install_package(NAME NAMESPACE [FILE...])
function(djescc_install_package name namespace)
    set(destination "${CMAKE_INSTALL_LIBDIR}/cmake/${name}")
    configure_package_config_file(
        "${PROJECT_SOURCE_DIR}/cmake/Modules/${name}Config.cmake.in"
        "${PROJECT_BINARY_DIR}/cmake/${name}Config.cmake" INSTALL_DESTINATION "${destination}")
    write_basic_package_version_file("${PROJECT_BINARY_DIR}/cmake/${name}ConfigVersion.cmake"
                                     COMPATIBILITY SameMinorVersion)
    install(FILES "${PROJECT_BINARY_DIR}/cmake/${name}Config.cmake"
                  "${PROJECT_BINARY_DIR}/cmake/${name}ConfigVersion.cmake" ${ARGN}
            DESTINATION "${destination}")
    install(EXPORT ${name}-export FILE ${name}Targets.cmake NAMESPACE ${namespace}::
            DESTINATION "${destination}")
endfunction()

djescc_install_package(djescc djescc "${PROJECT_SOURCE_DIR}/cmake/Modules/FindLibTorch.cmake")
if(TARGET gnuradio-djescc)
    djescc_install_package(gnuradio-djescc gnuradio)
endif()

# What cmake/require_complete_build.cmake looks for.
set(installed_targets "")
foreach(target IN ITEMS djescc gnuradio-djescc djescc_command djescc_python)
    if(TARGET ${target})
        string(APPEND installed_targets "$<TARGET_FILE:${target}>\n")
    endif()
endforeach()
file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/installed_targets.txt"
     CONTENT "${installed_targets}")

if(NOT TARGET uninstall)
    configure_file("${PROJECT_SOURCE_DIR}/cmake/cmake_uninstall.cmake.in"
                   "${PROJECT_BINARY_DIR}/cmake_uninstall.cmake" @ONLY)
    add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -P
                                        "${PROJECT_BINARY_DIR}/cmake_uninstall.cmake")
endif()

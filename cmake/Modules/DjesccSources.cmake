# Copyright 2026 gr-djescc authors.
# SPDX-License-Identifier: GPL-3.0-or-later

# Lists of sources, and how they are compiled together.
option(CMAKE_UNITY_BUILD "Compile the sources of a folder together" ON)
set(DJESCC_UNITY_SIZE 10 CACHE STRING "Sources that are compiled together at most")
mark_as_advanced(DJESCC_UNITY_SIZE)

# djescc_sources(NAME FOLDER)
#
# Sets NAME to what FOLDER/sources.cmake lists, as whole paths. Stops where that is not
# every .cc of the folder. Gives the sources that are compiled together their UNITY_GROUP:
# a folder's stay together, small folders share, large ones are split. Most of the time of
# a compilation goes into LibTorch's headers, which are read once for a group.
function(djescc_sources name folder)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${folder}/sources.cmake")
    include("${folder}/sources.cmake")
    set(listed ${${name}})
    list(SORT listed)
    file(GLOB_RECURSE present CONFIGURE_DEPENDS RELATIVE "${folder}" "${folder}/*.cc")
    list(SORT present)
    if(NOT listed STREQUAL present)
        message(FATAL_ERROR "${folder}/sources.cmake does not list what is in its folder:\n"
                            "run scripts/update-source-lists.")
    endif()

    set(folders "")
    set(paths "")
    foreach(source IN LISTS listed)
        get_filename_component(own "${source}" DIRECTORY)
        string(MAKE_C_IDENTIFIER "in_${own}" own)
        list(APPEND folders "${own}")
        list(APPEND sources_${own} "${folder}/${source}")
        list(APPEND paths "${folder}/${source}")
    endforeach()
    list(REMOVE_DUPLICATES folders)
    set(filled 0)
    foreach(own IN LISTS folders)
        list(LENGTH sources_${own} count)
        math(EXPR parts "(${count} + ${DJESCC_UNITY_SIZE} - 1) / ${DJESCC_UNITY_SIZE}")
        math(EXPR part_size "(${count} + ${parts} - 1) / ${parts}")
        math(EXPR together "${filled} + ${count}")
        set(part 0)
        if(filled EQUAL 0 OR together GREATER DJESCC_UNITY_SIZE)
            set(group "")
        endif()
        foreach(source IN LISTS sources_${own})
            if(group STREQUAL "" OR (parts GREATER 1 AND filled EQUAL part_size))
                math(EXPR part "${part} + 1")
                set(group "${own}_${part}_of_${name}")
                set(filled 0)
            endif()
            set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${group}")
            math(EXPR filled "${filled} + 1")
        endforeach()
    endforeach()
    set(${name} "${paths}" PARENT_SCOPE)
endfunction()

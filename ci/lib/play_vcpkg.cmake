# Play vcpkg for the port: its helpers, as far as the port uses them, do here
# what they do there. Run by leg_recipes.sh:
#
#   cmake -DPORT_DIR=… -DWORK=… -DVCPKG_LIBRARY_LINKAGE=static|dynamic -P …
cmake_minimum_required(VERSION 3.21)

set(PORT sprog)
set(CURRENT_PACKAGES_DIR "${WORK}/packages")
set(kinds "Release|" "Debug|/debug")

function(run)
    execute_process(COMMAND ${ARGN} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(vcpkg_cmake_configure)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
    string(COMPARE EQUAL "${VCPKG_LIBRARY_LINKAGE}" "dynamic" shared)
    foreach(kind IN LISTS kinds)
        string(REGEX MATCH "^[A-Za-z]+" type "${kind}")
        string(REGEX REPLACE "^[A-Za-z]+[|]" "" place "${kind}")
        run("${CMAKE_COMMAND}" -S "${arg_SOURCE_PATH}" -B "${WORK}/${type}"
            -G Ninja -DCMAKE_BUILD_TYPE=${type} -DBUILD_SHARED_LIBS=${shared}
            -DCMAKE_INSTALL_LIBDIR=lib
            "-DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR}${place}"
            ${arg_OPTIONS})
    endforeach()
endfunction()

function(vcpkg_cmake_install)
    foreach(type IN ITEMS Release Debug)
        run("${CMAKE_COMMAND}" --build "${WORK}/${type}" -j 2)
        run("${CMAKE_COMMAND}" --install "${WORK}/${type}")
    endforeach()
endfunction()

# There they also write paths anew; here the files stay where they work.
function(vcpkg_cmake_config_fixup)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "CONFIG_PATH" "")
    foreach(place IN ITEMS "" "/debug")
        set(folder "${CURRENT_PACKAGES_DIR}${place}/${arg_CONFIG_PATH}")
        if(NOT EXISTS "${folder}/sprog-config.cmake")
            message(FATAL_ERROR "no CMake package in ${folder}")
        endif()
    endforeach()
endfunction()

function(vcpkg_fixup_pkgconfig)
    foreach(place IN ITEMS "" "/debug")
        set(file "${CURRENT_PACKAGES_DIR}${place}/lib/pkgconfig/sprog.pc")
        if(NOT EXISTS "${file}")
            message(FATAL_ERROR "no ${file}")
        endif()
    endforeach()
endfunction()

function(vcpkg_copy_pdbs)
endfunction()

function(vcpkg_install_copyright)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "FILE_LIST")
    configure_file(${arg_FILE_LIST}
                   "${CURRENT_PACKAGES_DIR}/share/${PORT}/copyright" COPYONLY)
endfunction()

include("${PORT_DIR}/portfile.cmake")

# What vcpkg itself checks of a package afterwards.
foreach(file IN ITEMS include/sprog/sprog.h share/sprog/usage
                      share/sprog/copyright)
    if(NOT EXISTS "${CURRENT_PACKAGES_DIR}/${file}")
        message(FATAL_ERROR "the port installs no ${file}")
    endif()
endforeach()
file(GLOB archives "${CURRENT_PACKAGES_DIR}/lib/*.a")
file(GLOB shared "${CURRENT_PACKAGES_DIR}/lib/*.so*")
if((VCPKG_LIBRARY_LINKAGE STREQUAL "static" AND (shared OR NOT archives))
   OR (VCPKG_LIBRARY_LINKAGE STREQUAL "dynamic" AND (archives OR NOT shared)))
    message(FATAL_ERROR "another kind of library: ${archives}${shared}")
endif()
file(GLOB_RECURSE found "${CURRENT_PACKAGES_DIR}/debug/include/*"
     "${CURRENT_PACKAGES_DIR}/bin/*")
if(found)
    message(FATAL_ERROR "the port should not install ${found}")
endif()

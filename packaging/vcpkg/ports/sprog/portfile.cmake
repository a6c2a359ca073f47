# An overlay port: it builds the sources that it is a part of.
#
#   vcpkg install sprog --overlay-ports=packaging/vcpkg/ports
#
# The library only; the program is not for other builds to link.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.."
                       ABSOLUTE)

string(COMPARE EQUAL "${VCPKG_LIBRARY_LINKAGE}" "static" SPROG_STATIC)
string(COMPARE EQUAL "${VCPKG_LIBRARY_LINKAGE}" "dynamic" SPROG_SHARED)
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        -DSPROG_BUILD_STATIC=${SPROG_STATIC}
        -DSPROG_BUILD_SHARED=${SPROG_SHARED}
        -DSPROG_BUILD_TOOL=OFF
        -DSPROG_BUILD_TESTS=OFF
        -DSPROG_BUILD_EXAMPLES=OFF
        -DSPROG_INSTALL=ON)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/sprog)
vcpkg_fixup_pkgconfig()
vcpkg_copy_pdbs()

file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include"
     "${CURRENT_PACKAGES_DIR}/debug/share"
     "${CURRENT_PACKAGES_DIR}/share/doc")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage"
     DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")

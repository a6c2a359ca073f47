# Install rules: headers, libraries, the CMake package, the pkg-config file.

set(sprog_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/sprog")

install(
    FILES ${SPROG_PUBLIC_HEADERS}
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/sprog"
    COMPONENT sprog_development)

foreach(kind IN ITEMS static shared)
    if(TARGET sprog_${kind})
        install(
            TARGETS sprog_${kind}
            EXPORT sprog_${kind}
            RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
                    COMPONENT sprog_runtime
            LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
                    COMPONENT sprog_runtime
                    NAMELINK_COMPONENT sprog_development
            ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
                    COMPONENT sprog_development)
        install(
            EXPORT sprog_${kind}
            NAMESPACE sprog::
            FILE sprog-${kind}-targets.cmake
            DESTINATION "${sprog_package_dir}"
            COMPONENT sprog_development)
    endif()
endforeach()

configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/sprog-config.cmake.in"
    "${PROJECT_BINARY_DIR}/sprog-config.cmake"
    INSTALL_DESTINATION "${sprog_package_dir}"
    NO_SET_AND_CHECK_MACRO)
# Before 1.0 a change of the minor version may break.
write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/sprog-config-version.cmake"
    COMPATIBILITY SameMinorVersion)
install(
    FILES "${PROJECT_BINARY_DIR}/sprog-config.cmake"
          "${PROJECT_BINARY_DIR}/sprog-config-version.cmake"
    DESTINATION "${sprog_package_dir}"
    COMPONENT sprog_development)

# pkg-config's own prefix is found from the file's place, so that the tree can
# be moved; what a static link needs besides stands in Libs.private.
file(RELATIVE_PATH sprog_pc_prefix
     "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" sprog_pc_prefix "${sprog_pc_prefix}")
if(WIN32)
    set(sprog_pc_libs_private "-lbcrypt")
else()
    set(sprog_pc_libs_private "-pthread")
endif()
if(SPROG_BUILD_SHARED)
    set(sprog_pc_cflags "")
    set(sprog_pc_cflags_private "-DSPROG_STATIC")
else()
    set(sprog_pc_cflags "-DSPROG_STATIC")
    set(sprog_pc_cflags_private "")
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/sprog.pc.in"
               "${PROJECT_BINARY_DIR}/sprog.pc" @ONLY)
install(
    FILES "${PROJECT_BINARY_DIR}/sprog.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
    COMPONENT sprog_development)

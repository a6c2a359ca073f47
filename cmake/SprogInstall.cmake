# Install rules: headers, libraries, the CMake package, the pkg-config file.
#
# Four components, which are also the packages (SprogPackage.cmake):
#
#   sprog_runtime      the shared library
#   sprog_development  headers, static library, the files for CMake, pkg-config
#   sprog_tool         the program, and what comes with it
#   sprog_documents    the licence, the changes, the first page

# What the folders after this one install belongs to the tool.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME sprog_tool)

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

install(
    FILES LICENSE README.md CHANGELOG.md
    DESTINATION "${CMAKE_INSTALL_DOCDIR}"
    COMPONENT sprog_documents)

# ---- for CMake --------------------------------------------------------------

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

# ---- for pkg-config ---------------------------------------------------------

# Its own prefix is found from the file's place, so that the tree can be moved.
file(RELATIVE_PATH sprog_pc_prefix
     "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" sprog_pc_prefix "${sprog_pc_prefix}")
foreach(kind IN ITEMS LIBDIR INCLUDEDIR)
    string(TOLOWER sprog_pc_${kind} variable)
    set(${variable} "${CMAKE_INSTALL_${kind}}")
    if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_${kind}}")
        string(PREPEND ${variable} "\${prefix}/")
    endif()
endforeach()

# What a static link needs besides; where there is no shared library, every
# link is one.
set(sprog_pc_static_libs)
foreach(library IN LISTS SPROG_SYSTEM_LIBRARIES)
    if(library STREQUAL "Threads::Threads")
        string(APPEND sprog_pc_static_libs " -pthread")
    else()
        string(APPEND sprog_pc_static_libs " -l${library}")
    endif()
endforeach()
if(SPROG_BUILD_SHARED)
    set(sprog_pc_cflags "")
    set(sprog_pc_cflags_private " -DSPROG_STATIC")
    set(sprog_pc_libs "")
    set(sprog_pc_libs_private "${sprog_pc_static_libs}")
else()
    set(sprog_pc_cflags " -DSPROG_STATIC")
    set(sprog_pc_cflags_private "")
    set(sprog_pc_libs "${sprog_pc_static_libs}")
    set(sprog_pc_libs_private "")
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/sprog.pc.in"
               "${PROJECT_BINARY_DIR}/sprog.pc" @ONLY)
install(
    FILES "${PROJECT_BINARY_DIR}/sprog.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
    COMPONENT sprog_development)

if(PROJECT_IS_TOP_LEVEL)
    include(SprogPackage)
endif()

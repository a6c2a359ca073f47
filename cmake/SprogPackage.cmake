# Packages by CPack: `cpack -G TGZ` and, on Debian and its kin, `cpack -G DEB`.
#
# The archive is the installed tree as it is. For Debian there are three
# packages, not one: whoever wants the program needs no headers, a program that
# links the shared library needs neither, and two versions of the library (its
# soname has the minor version, too) can be there at the same time, as Debian
# asks of all.
#
#   sprog           the program; it has the library in it
#   libsprog0.1     the shared library
#   libsprog-dev    headers, static library, files for CMake and pkg-config
#
# For Debian, configure with -DCMAKE_INSTALL_PREFIX=/usr, so that libraries go
# to the machine's own folder.

set(SPROG_PACKAGE_CONTACT
    "the sprog authors <authors@sprog.invalid>"
    CACHE STRING "Who answers for a package: Name <address>")

set(CPACK_PACKAGE_NAME sprog)
set(CPACK_PACKAGE_VENDOR "the sprog authors")
set(CPACK_PACKAGE_CONTACT "${SPROG_PACKAGE_CONTACT}")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
# Each Debian package has a first line of its own; this would stand above it.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_FILE_NAME
    "sprog-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_GENERATOR TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
    WORLD_EXECUTE)

# ---- Debian -----------------------------------------------------------------

set(CPACK_COMPONENTS_ALL)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/SprogDebian.cmake")

# What several packages say of the library.
string(
    CONCAT sprog_debian_text
           "sprog starts child processes and carries bytes to and from them:\n"
           "one reactor, any number of children, callbacks for what they\n"
           "print and how they end. It takes no signal handler and changes\n"
           "nothing of the program that uses it.")

# sprog_debian_package(COMPONENT NAME SECTION TITLE TEXT…): one package.
function(sprog_debian_package component name section title)
    string(TOUPPER ${component} upper)
    string(JOIN "\n" text ${ARGN})
    set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name} PARENT_SCOPE)
    set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section} PARENT_SCOPE)
    set(CPACK_DEBIAN_${upper}_DESCRIPTION "${title}\n${text}" PARENT_SCOPE)
    set(CPACK_COMPONENTS_ALL ${CPACK_COMPONENTS_ALL} ${component} PARENT_SCOPE)
endfunction()

set(sprog_soname "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
if(SPROG_BUILD_TOOL)
    sprog_debian_package(
        sprog_tool sprog utils "run commands side by side, with limits"
        "sprog run gives one command a limit of time and passes its exit code"
        "on. sprog many runs commands at once, each line under its name, and"
        "ends the others when one fails.")
endif()
if(SPROG_BUILD_SHARED)
    sprog_debian_package(
        sprog_runtime libsprog${sprog_soname} libs
        "child processes for C (shared library)" ${sprog_debian_text})
    # What Debian has instead of a script that runs ldconfig.
    file(WRITE "${PROJECT_BINARY_DIR}/debian/triggers"
         "activate-noawait ldconfig\n")
    set(CPACK_DEBIAN_SPROG_RUNTIME_PACKAGE_CONTROL_EXTRA
        "${PROJECT_BINARY_DIR}/debian/triggers")
    set(sprog_dev_needs
        "libsprog${sprog_soname} (= ${PROJECT_VERSION}), libc6-dev")
else()
    set(sprog_dev_needs "libc6-dev")
endif()
sprog_debian_package(
    sprog_development libsprog-dev libdevel
    "child processes for C (development files)" ${sprog_debian_text} "."
    "Headers, the static library, and files for CMake and pkg-config.")
set(CPACK_DEBIAN_SPROG_DEVELOPMENT_PACKAGE_DEPENDS "${sprog_dev_needs}")
set(CPACK_DEBIAN_SPROG_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)

include(CPack)

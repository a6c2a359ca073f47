# Run by CPack between installing and packing: what Debian wants and nobody else
# does. Every package has its copyright and its changelog, manual pages are
# compressed, and zsh looks for completions of packages in another folder.

if(NOT CPACK_GENERATOR STREQUAL "DEB")
    return()
endif()

set(allowed OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
# The licence's lines, as a paragraph of a control file.
file(READ "${CPACK_RESOURCE_FILE_LICENSE}" license)
string(REGEX REPLACE "^[^\n]*\n\n[^\n]*\n\n" "" license "${license}")
string(STRIP "${license}" license)
string(REGEX REPLACE "\n\n" "\n.\n" license "${license}")
string(REGEX REPLACE "\n" "\n " license "${license}")
file(STRINGS "${CPACK_RESOURCE_FILE_LICENSE}" owner REGEX "^Copyright")
string(REPLACE "Copyright (c) " "" owner "${owner}")
# SOURCE_DATE_EPOCH, where it is set.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
    string(TOUPPER ${component} upper)
    set(package "${CPACK_DEBIAN_${upper}_PACKAGE_NAME}")
    set(folder
        "${CPACK_TEMPORARY_DIRECTORY}/${component}/usr/share/doc/${package}")
    file(
        WRITE "${folder}/copyright"
        "Format: https://www.debian.org/doc/packaging-manuals/"
        "copyright-format/1.0/\n"
        "Upstream-Name: sprog\n\nFiles: *\nCopyright: ${owner}\n"
        "License: Expat\n ${license}\n")
    file(
        WRITE "${folder}/changelog"
        "sprog (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
        "  * The release of this version; CHANGELOG.md has what is new.\n\n"
        " -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
    execute_process(COMMAND gzip -9nf "${folder}/changelog"
                    COMMAND_ERROR_IS_FATAL ANY)
    file(CHMOD "${folder}/copyright" "${folder}/changelog.gz"
         PERMISSIONS ${allowed})
    foreach(made IN ITEMS "/usr/share/doc/${package}" "/usr/share/doc"
                          "/usr/share")
        file(CHMOD "${CPACK_TEMPORARY_DIRECTORY}/${component}${made}"
             PERMISSIONS ${allowed} OWNER_EXECUTE GROUP_EXECUTE WORLD_EXECUTE)
    endforeach()

    set(share "${CPACK_TEMPORARY_DIRECTORY}/${component}/usr/share")
    file(GLOB pages "${share}/man/man*/*.[1-9]")
    foreach(page IN LISTS pages)
        execute_process(COMMAND gzip -9nf "${page}" COMMAND_ERROR_IS_FATAL ANY)
        file(CHMOD "${page}.gz" PERMISSIONS ${allowed})
    endforeach()
    if(EXISTS "${share}/zsh/site-functions")
        file(RENAME "${share}/zsh/site-functions"
             "${share}/zsh/vendor-completions")
    endif()
endforeach()

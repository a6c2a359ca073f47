# What a library that is built as a part of another project must leave alone.

set(host_names CMAKE_C_FLAGS CMAKE_BUILD_TYPE CMAKE_MODULE_PATH
               CMAKE_C_STANDARD CMAKE_C_VISIBILITY_PRESET BUILD_SHARED_LIBS
               BUILD_TESTING CMAKE_INSTALL_DEFAULT_COMPONENT_NAME)

macro(remember_host)
    foreach(name IN LISTS host_names)
        set(before_${name} "${${name}}")
    endforeach()
endmacro()

macro(compare_host)
    foreach(name IN LISTS host_names)
        if(NOT "${before_${name}}" STREQUAL "${${name}}")
            message(FATAL_ERROR "sprog changed its host's ${name}")
        endif()
    endforeach()
    foreach(property IN ITEMS COMPILE_OPTIONS COMPILE_DEFINITIONS LINK_OPTIONS
                              INCLUDE_DIRECTORIES TESTS)
        get_directory_property(found ${property})
        if(found)
            message(FATAL_ERROR "sprog set ${property} of its host: ${found}")
        endif()
    endforeach()
endmacro()

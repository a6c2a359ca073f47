# How a target of this project is compiled. Nothing here reaches beyond the
# targets that it is called on.
include_guard(GLOBAL)

# Warnings, the language, hidden symbols.
function(sprog_set_up_compilation target)
    target_compile_features(${target} PRIVATE c_std_11)
    set_target_properties(
        ${target}
        PROPERTIES C_STANDARD 11
                   C_STANDARD_REQUIRED ON
                   C_EXTENSIONS OFF
                   C_VISIBILITY_PRESET hidden)
    if(MSVC)
        target_compile_options(${target} PRIVATE /W4)
        if(SPROG_WERROR)
            target_compile_options(${target} PRIVATE /WX)
        endif()
    elseif(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
        target_compile_options(
            ${target}
            PRIVATE -Wall
                    -Wextra
                    -Wpedantic
                    -Wconversion
                    -Wshadow
                    -Wstrict-prototypes
                    -Wmissing-prototypes
                    -Wcast-qual
                    -Wswitch-enum
                    -Wvla)
        if(SPROG_WERROR)
            target_compile_options(${target} PRIVATE -Werror)
        endif()
    endif()
    if(WIN32)
        # Windows 10 1809: what CreateProcessW and the port are used with.
        target_compile_definitions(
            ${target} PRIVATE _WIN32_WINNT=0x0A00 NTDDI_VERSION=0x0A000006
                              UNICODE _UNICODE)
    endif()
endfunction()

# A set of objects of the static library.
function(sprog_add_objects target)
    add_library(${target} OBJECT ${ARGN})
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_compile_definitions(${target} PRIVATE SPROG_STATIC)
    target_include_directories(
        ${target} PRIVATE "${PROJECT_SOURCE_DIR}/include"
                          "${PROJECT_SOURCE_DIR}/src")
    if(NOT WIN32)
        target_link_libraries(${target} PRIVATE Threads::Threads)
    endif()
    sprog_set_up_compilation(${target})
endfunction()

# What the static and the shared library have in common.
function(sprog_set_up_library target kind)
    add_library(sprog::${kind} ALIAS ${target})
    set_target_properties(
        ${target}
        PROPERTIES OUTPUT_NAME sprog
                   EXPORT_NAME ${kind}
                   VERSION ${PROJECT_VERSION}
                   SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
    # There, the shared library's import library would have the same name.
    if(MSVC AND SPROG_BUILD_SHARED AND kind STREQUAL "static")
        set_target_properties(${target} PROPERTIES OUTPUT_NAME sprog_static)
    endif()
    target_include_directories(
        ${target}
        PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
               "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
    target_link_libraries(${target} PRIVATE ${SPROG_SYSTEM_LIBRARIES})
endfunction()

# A program of this project: a test, an example, the tool.
function(sprog_add_program target)
    add_executable(${target} ${ARGN})
    sprog_set_up_compilation(${target})
endfunction()

# Whether these ways are there on this system, and go together.
function(sprog_check_ways poller exit spawn)
    set(system ${CMAKE_SYSTEM_NAME})
    if(NOT system MATCHES "^(Linux|Darwin|FreeBSD|NetBSD|OpenBSD|DragonFly)$")
        message(FATAL_ERROR "sprog: ${system} is not known")
    endif()
    if(system STREQUAL "Linux")
        set(pollers epoll poll)
        set(exits pidfd thread)
        set(spawns clone fork)
    else()
        set(pollers kqueue poll)
        set(exits kqueue thread)
        set(spawns fork)
        if(APPLE)
            set(spawns posix_spawn fork)
        endif()
    endif()
    sprog_check_way(SPROG_POLLER "${poller}" ${pollers})
    sprog_check_way(SPROG_EXIT "${exit}" ${exits})
    sprog_check_way(SPROG_SPAWN "${spawn}" ${spawns})
    # A pidfd that a debugger holds is reported by its edges alone, and a
    # kqueue tells of exits where it tells of everything.
    if(exit STREQUAL "pidfd" AND NOT poller STREQUAL "epoll")
        message(FATAL_ERROR "sprog: SPROG_EXIT=pidfd needs SPROG_POLLER=epoll")
    endif()
    if(exit STREQUAL "kqueue" AND NOT poller STREQUAL "kqueue")
        message(FATAL_ERROR "sprog: SPROG_EXIT=kqueue needs SPROG_POLLER=kqueue")
    endif()
    # Only the clone gives a pidfd.
    if(exit STREQUAL "pidfd" AND NOT spawn STREQUAL "clone")
        message(FATAL_ERROR "sprog: SPROG_EXIT=pidfd needs SPROG_SPAWN=clone")
    endif()
endfunction()

function(sprog_check_way name value)
    if(NOT value IN_LIST ARGN)
        message(FATAL_ERROR "sprog: ${name}=${value} is not one of ${ARGN}")
    endif()
endfunction()

# Compile with -DSPROG_BREAK_Hn those of the sources that know it; only those,
# so that one build folder can go through all mutants quickly.
function(sprog_apply_mutant mutant)
    if(mutant STREQUAL "")
        return()
    endif()
    set(found)
    foreach(source IN LISTS ARGN)
        file(STRINGS "${PROJECT_SOURCE_DIR}/${source}" lines
             REGEX "SPROG_BREAK_${mutant}([^0-9]|$)")
        if(lines)
            list(APPEND found ${source})
        endif()
    endforeach()
    if(NOT found)
        message(FATAL_ERROR "sprog: no source knows SPROG_BREAK_${mutant}")
    endif()
    set_property(
        SOURCE ${found}
        DIRECTORY "${PROJECT_SOURCE_DIR}"
        APPEND PROPERTY COMPILE_DEFINITIONS SPROG_BREAK_${mutant})
    message(STATUS "sprog: mutant ${mutant} in ${found}")
endfunction()

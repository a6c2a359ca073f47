# The library taken from one generated file, so that the whole suite runs on
# it: set(SPROG_AMALGAMATION ON). The tests that put something else in the place
# of a part of the library get the same text in three files.
#
# Here too the public headers are the generated one: each name that a program
# may include leads to it.

if(SPROG_MUTANT)
    message(FATAL_ERROR "sprog: mutants are made of the sources themselves")
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)

set(sprog_one_dir "${PROJECT_BINARY_DIR}/amalgamation")
set(sprog_one_script "${PROJECT_SOURCE_DIR}/packaging/amalgamate.py")
file(GLOB sprog_one_inputs CONFIGURE_DEPENDS
     "${PROJECT_SOURCE_DIR}/include/sprog/*.h"
     "${PROJECT_SOURCE_DIR}/src/*/*.[ch]")
set(sprog_one_outputs)
foreach(name IN ITEMS sprog.c sprog.h common.c backend.c sys.c)
    list(APPEND sprog_one_outputs "${sprog_one_dir}/${name}")
endforeach()
add_custom_command(
    OUTPUT ${sprog_one_outputs}
    COMMAND Python3::Interpreter "${sprog_one_script}" --parts
            "${sprog_one_dir}"
    DEPENDS "${sprog_one_script}"
            "${PROJECT_SOURCE_DIR}/packaging/amalgamate_top.in"
            "${PROJECT_SOURCE_DIR}/CMakeLists.txt"
            ${sprog_one_inputs}
    COMMENT "Making sprog.c and sprog.h"
    VERBATIM)
add_custom_target(sprog_one DEPENDS ${sprog_one_outputs})

# The ways that this build has chosen.
if(NOT WIN32)
    string(TOUPPER "SPROG_USE_POLLER_${SPROG_POLLER}" sprog_one_poller)
    string(TOUPPER "SPROG_USE_EXIT_${SPROG_EXIT}" sprog_one_exit)
    string(TOUPPER "SPROG_USE_SPAWN_${SPROG_SPAWN}" sprog_one_spawn)
    set_source_files_properties(
        ${sprog_one_outputs}
        PROPERTIES COMPILE_DEFINITIONS
                   "${sprog_one_poller};${sprog_one_exit};${sprog_one_spawn}")
endif()

# gcc warns across files of what it sees across files, and not always rightly.
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    set_source_files_properties(
        "${sprog_one_dir}/sprog.c" PROPERTIES COMPILE_OPTIONS
                                              -Wno-maybe-uninitialized)
endif()

set(SPROG_COMMON_SOURCES "${sprog_one_dir}/common.c")
set(SPROG_BACKEND_SOURCES "${sprog_one_dir}/backend.c")
set(SPROG_SYS_SOURCES "${sprog_one_dir}/sys.c")

foreach(header IN LISTS SPROG_PUBLIC_HEADERS)
    file(WRITE "${sprog_one_dir}/${header}.in" "#include \"../../sprog.h\"\n")
    configure_file("${sprog_one_dir}/${header}.in"
                   "${sprog_one_dir}/${header}" COPYONLY)
endforeach()

# Make a library of the one file, and let its users see the one header.
function(sprog_use_amalgamation target)
    add_dependencies(${target} sprog_one)
    target_include_directories(
        ${target} BEFORE
        PUBLIC "$<BUILD_INTERFACE:${sprog_one_dir}/include>")
endfunction()

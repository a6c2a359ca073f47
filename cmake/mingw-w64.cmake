# What the toolchain files of both MinGW-w64 have in common; to be included by
# them, with `sprog_mingw` set to the name of the target.
#
# Libraries for the target (Check) are looked for in CMAKE_FIND_ROOT_PATH, to
# which -DSPROG_MINGW_PREFIX=DIR adds a folder.
set(CMAKE_SYSTEM_NAME Windows)

set(CMAKE_C_COMPILER ${sprog_mingw}-gcc)
set(CMAKE_RC_COMPILER ${sprog_mingw}-windres)

# try_compile() runs this file again, with these variables only.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SPROG_MINGW_PREFIX)

set(CMAKE_FIND_ROOT_PATH /usr/${sprog_mingw})
if(SPROG_MINGW_PREFIX)
    list(APPEND CMAKE_FIND_ROOT_PATH "${SPROG_MINGW_PREFIX}")
    list(APPEND CMAKE_PREFIX_PATH "${SPROG_MINGW_PREFIX}")
endif()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

find_program(SPROG_WINE wine)
if(SPROG_WINE)
    set(CMAKE_CROSSCOMPILING_EMULATOR
        "${CMAKE_CURRENT_LIST_DIR}/../ci/lib/wine_run.sh")
endif()

# Build for 32-bit Linux on a 64-bit x86 one, and run here: a cross build only
# in that no library of the host is found.
#
# -DSPROG_I686_PREFIX=DIR names a folder with libraries for it (Check).
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR i686)

set(CMAKE_C_COMPILER gcc)
set(CMAKE_CXX_COMPILER g++)

# The package gcc-multilib would bring asm/ into /usr/include, and takes the
# place of every cross compiler; without it the headers of the machine do.
execute_process(
    COMMAND gcc -print-multiarch
    OUTPUT_VARIABLE sprog_multiarch
    OUTPUT_STRIP_TRAILING_WHITESPACE)
set(sprog_flags "-m32 -idirafter /usr/include/${sprog_multiarch}")
set(CMAKE_C_FLAGS_INIT "${sprog_flags}")
set(CMAKE_CXX_FLAGS_INIT "${sprog_flags}")

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SPROG_I686_PREFIX)
if(SPROG_I686_PREFIX)
    set(CMAKE_FIND_ROOT_PATH "${SPROG_I686_PREFIX}")
    list(APPEND CMAKE_PREFIX_PATH "${SPROG_I686_PREFIX}")
endif()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

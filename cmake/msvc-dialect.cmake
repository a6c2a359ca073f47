# The dialect of MSVC without MSVC: clang compiles for x86_64-pc-windows-msvc
# against Wine's headers (ci/msvc/compile.sh); MinGW's gcc links against the
# Universal CRT, with what the compiler of Microsoft would bring along
# (ci/msvc/shim.c). It runs under Wine.
#
# CMake knows of MinGW only. -DSPROG_MINGW_PREFIX=DIR has Check, built for the
# Universal CRT, and the shim.
include("${CMAKE_CURRENT_LIST_DIR}/mingw-w64-x86_64.cmake")

set(CMAKE_EXE_LINKER_FLAGS_INIT "-nodefaultlibs -L${SPROG_MINGW_PREFIX}/lib")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "${CMAKE_EXE_LINKER_FLAGS_INIT}")
# libmsvcrt comes last, for what MinGW's own objects want besides.
set(CMAKE_C_STANDARD_LIBRARIES
    "-lsprog_msvc_shim -lmingw32 -lgcc -lmoldname -lmingwex -lucrt -ladvapi32 \
-lshell32 -luser32 -lkernel32 -lmsvcrt"
    CACHE STRING "What every program links")

# CMake's own trials are gcc's.
get_property(is_trial GLOBAL PROPERTY IN_TRY_COMPILE)
if(NOT is_trial)
    set(CMAKE_C_COMPILER_LAUNCHER
        "${CMAKE_CURRENT_LIST_DIR}/../ci/msvc/compile.sh")
endif()

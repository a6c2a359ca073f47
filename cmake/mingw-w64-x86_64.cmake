# Build for 64-bit Windows with Debian's MinGW-w64, and run under Wine.
#
#   cmake -S . -B b --toolchain cmake/mingw-w64-x86_64.cmake
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(sprog_mingw x86_64-w64-mingw32)
include("${CMAKE_CURRENT_LIST_DIR}/mingw-w64.cmake")

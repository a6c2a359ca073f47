# Build for 32-bit Windows with Debian's MinGW-w64, and run under Wine.
#
#   cmake -S . -B b --toolchain cmake/mingw-w64-i686.cmake
set(CMAKE_SYSTEM_PROCESSOR i686)
set(sprog_mingw i686-w64-mingw32)
include("${CMAKE_CURRENT_LIST_DIR}/mingw-w64.cmake")

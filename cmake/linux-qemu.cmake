# What the toolchain files of other machines have in common; to be included by
# them, with `sprog_triplet` and `sprog_loader` set. Debian's cross compilers
# build, qemu-user runs (ci/lib/leg_qemu.sh).
#
# -DSPROG_QEMU_PREFIX=DIR names a folder with libraries for it (Check).
set(CMAKE_SYSTEM_NAME Linux)

# The compiler with a version is there without the package of the default one.
find_program(
    SPROG_QEMU_CC
    NAMES ${sprog_triplet}-gcc ${sprog_triplet}-gcc-14 ${sprog_triplet}-gcc-13
          ${sprog_triplet}-gcc-12
    REQUIRED)
set(CMAKE_C_COMPILER "${SPROG_QEMU_CC}")

# The programs find their loader and their C library by themselves: a test may
# start one with an environment that says nothing of them.
set(CMAKE_EXE_LINKER_FLAGS_INIT
    "-Wl,--dynamic-linker=/usr/${sprog_triplet}/lib/${sprog_loader} -Wl,-rpath,/usr/${sprog_triplet}/lib"
)

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SPROG_QEMU_PREFIX)
set(CMAKE_FIND_ROOT_PATH /usr/${sprog_triplet})
if(SPROG_QEMU_PREFIX)
    list(APPEND CMAKE_FIND_ROOT_PATH "${SPROG_QEMU_PREFIX}")
    list(APPEND CMAKE_PREFIX_PATH "${SPROG_QEMU_PREFIX}")
endif()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

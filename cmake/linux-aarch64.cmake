# Build for 64-bit ARM, and run under qemu-user.
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(sprog_triplet aarch64-linux-gnu)
set(sprog_loader ld-linux-aarch64.so.1)
include("${CMAKE_CURRENT_LIST_DIR}/linux-qemu.cmake")

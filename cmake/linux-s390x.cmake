# Build for IBM Z (big endian), and run under qemu-user.
set(CMAKE_SYSTEM_PROCESSOR s390x)
set(sprog_triplet s390x-linux-gnu)
set(sprog_loader ld64.so.1)
include("${CMAKE_CURRENT_LIST_DIR}/linux-qemu.cmake")

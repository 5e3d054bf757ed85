# Debian 12's clang, or the newest that this machine has.
find_program(MUSTER_CLANG_CXX NAMES clang++-14 clang++ REQUIRED)
find_program(MUSTER_CLANG_C NAMES clang-14 clang REQUIRED)
set(CMAKE_CXX_COMPILER ${MUSTER_CLANG_CXX})
set(CMAKE_C_COMPILER ${MUSTER_CLANG_C})

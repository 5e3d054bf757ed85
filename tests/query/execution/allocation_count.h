// Counts the allocations of this test program.
#ifndef MUSTER_TESTS_QUERY_EXECUTION_ALLOCATION_COUNT_H_
#define MUSTER_TESTS_QUERY_EXECUTION_ALLOCATION_COUNT_H_

#include <cstdint>

namespace muster::query {

// Calls of operator new since the program started, by all threads.
uint64_t AllocationCount();

}  // namespace muster::query

#endif  // MUSTER_TESTS_QUERY_EXECUTION_ALLOCATION_COUNT_H_

// Measures the memory of a piece of work, by counting operator new of the program that links this.
#ifndef MUSTER_BENCHMARKS_ALLOCATED_H_
#define MUSTER_BENCHMARKS_ALLOCATED_H_

#include <cstddef>
#include <functional>

namespace muster::benchmarks {

// The peak of allocated bytes while `work` runs, beyond the amount at its start. Covers all threads, but not
// what C libraries allocate with malloc.
size_t GreatestAllocation(const std::function<void()>& work);

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_ALLOCATED_H_

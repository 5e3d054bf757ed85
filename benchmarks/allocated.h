// How much memory a piece of work takes: operator new of the program that links this is counted.
#ifndef MUSTER_BENCHMARKS_ALLOCATED_H_
#define MUSTER_BENCHMARKS_ALLOCATED_H_

#include <cstddef>
#include <functional>

namespace muster::benchmarks {

// The most bytes that were allocated at once while `work` ran, beyond what was when it began. Of all threads;
// what C libraries take with malloc is not in it.
size_t GreatestAllocation(const std::function<void()>& work);

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_ALLOCATED_H_

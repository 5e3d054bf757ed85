// Selects the short or the long form of a torture test, and measures the server under load.
#ifndef MUSTER_TESTS_TORTURE_TORTURE_H_
#define MUSTER_TESTS_TORTURE_TORTURE_H_

#include <sys/types.h>

#include <cstdint>

namespace muster::testing {

// Whether this run is the long one, `make torture` (MUSTER_TORTURE=1); else the small twin in `make test`,
// which takes seconds and must not need more than a few hundred megabytes.
bool IsLongRun();

// `small` in the small twin and `full` in the long run: how many streams, rounds, or seconds.
template <typename Number>
Number InFull(Number small, Number full) {
  return IsLongRun() ? full : small;
}

// Bytes of anonymous memory that a process holds in RAM (RssAnon); 0 when there is no such process.
uint64_t AnonymousBytes(pid_t process);

// How many descriptors a process has open; 0 when there is no such process.
size_t OpenDescriptors(pid_t process);

}  // namespace muster::testing

#endif  // MUSTER_TESTS_TORTURE_TORTURE_H_

// Ends a benchmark whose figures would be wrong.
#ifndef MUSTER_BENCHMARKS_DIE_H_
#define MUSTER_BENCHMARKS_DIE_H_

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/status/status.h"

namespace muster::benchmarks {

// Ends the program with exit code 1 and the sentence on stderr.
[[noreturn]] inline void Die(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

inline void OrDie(const absl::Status& status) {
  if (!status.ok()) Die(status.ToString());
}

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_DIE_H_

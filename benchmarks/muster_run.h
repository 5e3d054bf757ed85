// Runs `muster` beside a server and measures both.
#ifndef MUSTER_BENCHMARKS_MUSTER_RUN_H_
#define MUSTER_BENCHMARKS_MUSTER_RUN_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace muster::benchmarks {

// What one run of `muster` took, beside a server.
struct Taken {
  double seconds = 0;
  double server_cpu = 0;  // seconds
  double client_cpu = 0;
  double server_mib = 0;  // most anonymous memory
  double client_mib = 0;
};

// Runs `programs`/muster with these arguments, its output to nowhere. Dies when it fails.
Taken RunMuster(const std::string& programs, const std::vector<std::string>& arguments, pid_t server);

// The processor time of a running process.
double CpuSeconds(pid_t pid);
// Its anonymous memory in MiB; 0 when it has ended.
double AnonymousMebibytes(pid_t pid);

// A member's id: 16 hexadecimal digits, in no order.
std::string IdOf(uint64_t member);

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_MUSTER_RUN_H_

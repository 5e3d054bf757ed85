// Counts asked on a fixed schedule, whether or not earlier ones were answered.
#ifndef MUSTER_BENCHMARKS_OPEN_LOOP_H_
#define MUSTER_BENCHMARKS_OPEN_LOOP_H_

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "muster/v1/query_service.grpc.pb.h"

namespace muster::benchmarks {

// What came of one stretch of calls. Times in microseconds, ascending.
struct Served {
  double offered_per_second = 0;
  double answered_per_second = 0;  // of good answers, from the first arrival to the last answer
  uint64_t refused = 0;            // as too many
  std::vector<double> latency_us;  // from when a call was due to its answer; good answers alone
  std::vector<double> added_us;    // the same less what the server says the scan took
  double server_cpu_us = 0;        // processor time of a call in the server
  double client_cpu_us = 0;        // and in this process
};

// The value that `percent` of the ascending `values` don't exceed, by nearest rank; 0 when there is none.
double Percentile(const std::vector<double>& values, double percent);

// Asks a server with one thread that sends and one that receives. A call that is sent late, because the
// client or its transport was busy, has waited since it was due: what a closed loop would leave out
// (coordinated omission) is in the latency. Not thread-safe.
class OpenLoop {
 public:
  // `requests` are asked in turn, over as many connections as `connections` says.
  // `server`: its process, whose processor time is read.
  OpenLoop(const std::string& address, pid_t server, std::vector<v1::CountMembersRequest> requests,
           int connections);

  // Calls arrive evenly, `per_second` of them for `duration`; returns when each was answered or refused. Any
  // other failure ends the program: what isn't answered is no figure.
  Served Run(double per_second, std::chrono::milliseconds duration);

 private:
  const pid_t server_;
  std::vector<v1::CountMembersRequest> requests_;
  std::vector<std::unique_ptr<v1::QueryService::Stub>> stubs_;
};

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_OPEN_LOOP_H_

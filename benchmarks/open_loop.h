// Sends counts on a fixed schedule, whether or not earlier ones were answered.
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

// The results of one stretch of calls. Times in microseconds, ascending.
struct Served {
  double offered_per_second = 0;
  double answered_per_second = 0;  // good answers, from the first arrival to the last answer
  uint64_t refused = 0;            // with RESOURCE_EXHAUSTED
  std::vector<double> latency_us;  // from when a call was due to its answer; only good answers
  std::vector<double> added_us;    // the same minus the scan time that the server reports
  double server_cpu_us = 0;        // processor time per call in the server
  double client_cpu_us = 0;        // the same in this process
};

// The `percent` percentile of the ascending `values`, by nearest rank; 0 if there are none.
double Percentile(const std::vector<double>& values, double percent);

// Calls a server with one sending and one receiving thread. The latency of a call that is sent late, because
// the client or its transport was busy, is measured from when it was due, so that nothing is hidden by
// coordinated omission, as it would be in a closed loop. Not thread-safe.
class OpenLoop {
 public:
  // The `requests` are sent in turn, over `connections` connections. `server`: its process, whose processor
  // time is read.
  OpenLoop(const std::string& address, pid_t server, std::vector<v1::CountMembersRequest> requests,
           int connections);

  // Sends calls at even intervals, `per_second` for `duration`; returns when all were answered or refused.
  // Any other failure ends the program, because it would falsify the figures.
  Served Run(double per_second, std::chrono::milliseconds duration);

 private:
  const pid_t server_;
  std::vector<v1::CountMembersRequest> requests_;
  std::vector<std::unique_ptr<v1::QueryService::Stub>> stubs_;
};

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_OPEN_LOOP_H_

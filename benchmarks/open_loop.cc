#include "benchmarks/open_loop.h"

#include <grpcpp/grpcpp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>
#include <utility>

namespace muster::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

double MicrosecondsBetween(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::micro>(to - from).count();
}

// The processor time that a process has used, over all its threads.
double CpuMicroseconds(pid_t pid) {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

// One call; its address is its tag in the completion queue.
struct Call {
  Clock::time_point due;
  grpc::ClientContext context;
  v1::CountMembersResponse response;
  grpc::Status status;
  std::unique_ptr<grpc::ClientAsyncResponseReader<v1::CountMembersResponse>> reader;
};

// Receives `calls` answers from the queue.
void Receive(grpc::CompletionQueue& queue, uint64_t calls, Clock::time_point begin, Served& served) {
  served.latency_us.reserve(calls);
  served.added_us.reserve(calls);
  void* tag = nullptr;
  bool ok = false;
  for (uint64_t i = 0; i < calls && queue.Next(&tag, &ok); ++i) {
    const Clock::time_point now = Clock::now();
    const std::unique_ptr<Call> call(static_cast<Call*>(tag));
    if (call->status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
      ++served.refused;
      continue;
    }
    if (!call->status.ok()) {
      std::fprintf(stderr, "a count ended with code %d: %s\n", call->status.error_code(),
                   call->status.error_message().c_str());
      std::exit(1);
    }
    const double latency_us = MicrosecondsBetween(call->due, now);
    served.latency_us.push_back(latency_us);
    served.added_us.push_back(latency_us - static_cast<double>(call->response.evaluation_us()));
  }
  served.answered_per_second =
      static_cast<double>(served.latency_us.size()) / MicrosecondsBetween(begin, Clock::now()) * 1e6;
}

}  // namespace

double Percentile(const std::vector<double>& values, double percent) {
  if (values.empty()) return 0;
  const auto rank = static_cast<size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
  return values[std::clamp<size_t>(rank, 1, values.size()) - 1];
}

OpenLoop::OpenLoop(const std::string& address, pid_t server, std::vector<v1::CountMembersRequest> requests,
                   int connections)
    : server_(server), requests_(std::move(requests)) {
  for (int i = 0; i < connections; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);  // refusals are counted, not retried
    arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // otherwise all channels share one connection
    const auto channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
    channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
    stubs_.push_back(v1::QueryService::NewStub(channel));
  }
}

Served OpenLoop::Run(double per_second, std::chrono::milliseconds duration) {
  const auto calls = static_cast<uint64_t>(per_second * static_cast<double>(duration.count()) / 1000);
  const auto gap = std::chrono::duration<double>(1 / per_second);
  Served served;
  served.offered_per_second = per_second;
  const double server_cpu_us = CpuMicroseconds(server_);
  const double client_cpu_us = CpuMicroseconds(getpid());
  grpc::CompletionQueue queue;
  const Clock::time_point begin = Clock::now();
  std::thread receiver([&] { Receive(queue, calls, begin, served); });
  prctl(PR_SET_TIMERSLACK, 1);  // in ns: makes sleeps end on time
  for (uint64_t i = 0; i < calls; ++i) {
    const Clock::time_point due =
        begin + std::chrono::duration_cast<Clock::duration>(gap * static_cast<double>(i));
    if (Clock::now() < due) std::this_thread::sleep_until(due);
    auto* call = new Call;
    call->due = due;
    v1::QueryService::Stub& stub = *stubs_[i % stubs_.size()];
    call->reader = stub.AsyncCountMembers(&call->context, requests_[i % requests_.size()], &queue);
    call->reader->Finish(&call->response, &call->status, call);
  }
  receiver.join();
  queue.Shutdown();
  served.server_cpu_us = (CpuMicroseconds(server_) - server_cpu_us) / static_cast<double>(calls);
  served.client_cpu_us = (CpuMicroseconds(getpid()) - client_cpu_us) / static_cast<double>(calls);
  std::sort(served.latency_us.begin(), served.latency_us.end());
  std::sort(served.added_us.begin(), served.added_us.end());
  return served;
}

}  // namespace muster::benchmarks

// The memory of one load that is answered through gRPC: taken, or waited for without a worker.
#ifndef MUSTER_SERVER_GRPC_STREAMS_MEMORY_WAIT_H_
#define MUSTER_SERVER_GRPC_STREAMS_MEMORY_WAIT_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/admission/load_memory.h"
#include "server/answers/fed_answer.h"
#include "server/grpc/service_context.h"
#include "server/grpc/streams/silence_alarm.h"

namespace muster::server {

// While the load waits, exactly one of these goes on with it: the memory is granted, the wait takes too long, or
// Cancel. For one thread at a time, except Cancel.
class MemoryWait final : public FedAnswer::Reservation {
 public:
  // Both run on a worker: `go_on` when the memory is granted, `end` when it never will be.
  MemoryWait(const ServiceContext& context, std::function<void()> go_on,
             std::function<void(const absl::Status& why)> end);

  // False: the load waits, and this step must not touch it any more.
  absl::StatusOr<bool> TakeOrWait(uint64_t bytes) override;
  bool TryTake(uint64_t bytes, bool fair) override;
  void Settle(uint64_t bytes) override { share_.Settle(bytes); }
  // Nothing is granted from now on. True: the load waited, and the caller goes on with it.
  bool Cancel();

 private:
  void OnLate();

  const ServiceContext& context_;
  const std::function<void()> go_on_;
  const std::function<void(const absl::Status& why)> end_;
  LoadMemory::Share share_;
  SilenceAlarm late_;  // armed while the load waits
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_STREAMS_MEMORY_WAIT_H_

// How many calls wait in gRPC's own queue.
#ifndef MUSTER_SERVER_TRANSPORT_ARRIVALS_H_
#define MUSTER_SERVER_TRANSPORT_ARRIVALS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "grpcpp/server_context.h"

namespace muster::server {

// Numbers calls in the order in which they arrive. gRPC asks for a call's context when its first message has
// arrived, and hands calls to the services in that order; so the calls that have arrived since are the ones
// that wait. It gives the context back when no thread works at the call any more, though its client may have
// left it long before. For the server builder, which takes it. Thread-safe. Lifetime: outlives the calls'
// contexts.
class Arrivals final : public grpc::ContextAllocator {
 public:
  // `at_work`: counts the contexts that there are.
  explicit Arrivals(std::shared_ptr<std::atomic<int>> at_work = std::make_shared<std::atomic<int>>(0))
      : at_work_(std::move(at_work)) {}

  // How many calls arrived after this one. 0 when the context is not one of an Arrivals.
  static size_t Since(const grpc::CallbackServerContext& context);

  grpc::CallbackServerContext* NewCallbackServerContext() override;
  void Release(grpc::CallbackServerContext* context) override;

 private:
  class Context;

  const std::shared_ptr<std::atomic<int>> at_work_;
  std::atomic<uint64_t> last_{0};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_ARRIVALS_H_

#include "server/transport/arrivals.h"

namespace muster::server {

class Arrivals::Context final : public grpc::CallbackServerContext {
 public:
  explicit Context(std::atomic<uint64_t>& last)
      : last_(last), number_(last.fetch_add(1, std::memory_order_relaxed) + 1) {}
  size_t since() const { return last_.load(std::memory_order_relaxed) - number_; }

 private:
  const std::atomic<uint64_t>& last_;
  const uint64_t number_;
};

size_t Arrivals::Since(const grpc::CallbackServerContext& context) {
  const auto* const numbered = dynamic_cast<const Context*>(&context);
  return numbered == nullptr ? 0 : numbered->since();
}

grpc::CallbackServerContext* Arrivals::NewCallbackServerContext() {
  at_work_->fetch_add(1, std::memory_order_relaxed);
  return new Context(last_);
}

// gRPC also releases contexts of its own: one that is a part of its handler for methods nobody implements.
void Arrivals::Release(grpc::CallbackServerContext* context) {
  const Context* const ours = dynamic_cast<Context*>(context);
  if (ours == nullptr) return;
  at_work_->fetch_sub(1, std::memory_order_relaxed);
  delete ours;
}

}  // namespace muster::server

#include "server/grpc/streams/memory_wait.h"

#include <utility>

#include "index/status/status_facts.h"
#include "index/status/status_reason.h"

namespace muster::server {

MemoryWait::MemoryWait(const ServiceContext& context, std::function<void()> go_on,
                       std::function<void(const absl::Status& why)> end)
    : context_(context),
      go_on_(std::move(go_on)),
      end_(std::move(end)),
      share_(context.load_memory),
      late_(context.load_memory_patience, [this](const absl::Status&) { OnLate(); }) {}

bool MemoryWait::TryTake(uint64_t bytes, bool fair) {
  return fair ? share_.TryTakeFair(bytes) : share_.TryTake(bytes);
}

absl::StatusOr<bool> MemoryWait::TakeOrWait(uint64_t bytes) {
  if (share_.TryTake(bytes)) return true;
  const ServiceContext& context = context_;
  late_.Arm();
  const absl::Status asked = share_.Ask(bytes, [this, &context](const absl::Status& told) {
    if (!late_.Disarm()) return;
    context.workers.Resume(Lane::kLoad, [this, told] {
      if (told.ok()) return go_on_();
      end_(index::WithReason(told, index::Reason::kLoadMemory));
    });
  });
  if (asked.ok()) return false;
  late_.Disarm();
  // The client has just cancelled.
  if (absl::IsCancelled(asked)) return asked;
  return index::WithLimit(asked, context_.load_memory.budget_bytes());
}

void MemoryWait::OnLate() {
  share_.Withdraw();
  context_.workers.Resume(Lane::kLoad, [this] {
    end_(WaitedTooLongForMemory(context_.load_memory_patience, context_.load_memory.budget_bytes()));
  });
}

bool MemoryWait::Cancel() { return share_.Withdraw() && late_.Disarm(); }

}  // namespace muster::server

#include "index/population/open_loads.h"

#include "index/dictionary/sentence.h"
#include "index/status_reason.h"

namespace muster::index {
namespace {

absl::Status Conflict(const std::string& message) {
  return WithReason(absl::AbortedError(message), Reason::kLoadConflict);
}

}  // namespace

OpenLoads::Claim::~Claim() { loads_.Release(*this); }

absl::StatusOr<std::unique_ptr<OpenLoads::Claim>> OpenLoads::Take(const std::string& label,
                                                                  const std::vector<std::string>& tags,
                                                                  const std::string& time_zone) {
  MutexLock lock(mutex_);
  if (labels_.count(label) > 0) {
    return Conflict(Sentence("the load '", label, "' is open already; try again when it has ended"));
  }
  for (const std::string& tag : tags) {
    const auto holder = holders_.find(tag);
    if (holder == holders_.end()) continue;
    return Conflict(Sentence("the tag '", tag, "' is held by the open load '", holder->second,
                             "'; try again when it has ended"));
  }
  if (!labels_.empty() && time_zone_ != time_zone) {
    return WithReason(
        absl::FailedPreconditionError(Sentence("another open load makes this population in the time zone ",
                                               time_zone_, ", not ", time_zone, "; name the same one")),
        Reason::kBadRequest);
  }
  time_zone_ = time_zone;
  labels_.insert(label);
  for (const std::string& tag : tags) holders_.emplace(tag, label);
  return std::unique_ptr<Claim>(new Claim(*this, label, tags));
}

void OpenLoads::Release(const Claim& claim) {
  MutexLock lock(mutex_);
  labels_.erase(claim.label_);
  for (const std::string& tag : claim.tags_) holders_.erase(tag);
}

}  // namespace muster::index

#include "index/population/open_loads.h"

#include <algorithm>

#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

absl::Status Conflict(const std::string& message) {
  return WithReason(absl::AbortedError(message), Reason::kLoadConflict);
}

// No label holds a control character, so no load has the key of a list or dry run.
constexpr char kListMark = '\n', kDryRunMark = '\r';

bool IsOfRecords(const std::string& key) {
  return !key.empty() && key[0] != kListMark && key[0] != kDryRunMark;
}

// `load 'label'`, `load of the id list 'name'` or `dry run of the load 'label'`.
std::string LoadText(const std::string& key) {
  if (key.empty() || IsOfRecords(key)) return Sentence("load '", key, "'");
  return Sentence(key[0] == kListMark ? "load of the id list '" : "dry run of the load '", key.substr(1),
                  "'");
}

}  // namespace

std::string OpenLoads::KeyOfList(const std::string& name) { return kListMark + name; }
std::string OpenLoads::KeyOfDryRun(const std::string& label) { return kDryRunMark + label; }

OpenLoads::Claim::~Claim() { loads_.Release(*this); }

absl::Status OpenLoads::Claim::Check() const { return loads_.Check(*this, false); }
absl::Status OpenLoads::Claim::BeginCommit() { return loads_.Check(*this, true); }
void OpenLoads::Claim::EndCommit() { loads_.EndCommit(*this); }
void OpenLoads::Claim::End() { loads_.End(*this); }
bool OpenLoads::Claim::HoldsStill() { return loads_.HoldsStill(*this); }
absl::Status OpenLoads::Claim::HoldTags() { return loads_.HoldTags(*this); }

absl::Status OpenLoads::Check(const Claim& claim, bool begin_commit) {
  MutexLock lock(mutex_);
  if (Holds(claim)) {
    LabelledLoad& open = labels_.at(claim.label_);
    open.lease_end = clock_() + lease_;
    open.committing |= begin_commit;
    return absl::OkStatus();
  }
  if (claim.aborted_) {
    return Conflict(Sentence("the ", LoadText(claim.label_), " was aborted; nothing of it was published"));
  }
  if (claim.committed_)
    return Conflict(Sentence("the ", LoadText(claim.label_), " was committed; begin another to feed more"));
  if (claim.lapsed_) {
    return Conflict(
        Sentence("the ", LoadText(claim.label_), " was given up for another, since nothing was fed for ",
                 absl::FormatDuration(lease_), "; send it again, and feed it at least that often"));
  }
  return Conflict(Sentence("the ", LoadText(claim.label_),
                           " was taken over by a later one of the same name; leave it to that one"));
}

absl::StatusOr<std::unique_ptr<OpenLoads::Claim>> OpenLoads::Take(const std::string& label,
                                                                  const std::vector<std::string>& tags,
                                                                  const std::string& time_zone,
                                                                  const PublishedCheck& published,
                                                                  TagHold hold) {
  MutexLock lock(mutex_);
  if (closed_) return Conflict("the population was dropped a moment ago; run this again to make a new one");
  if (published) {
    ASSIGN_OR_RETURN(const bool done, published());
    if (done) return nullptr;
  }
  ForgetLapsed();
  const auto former = labels_.find(label);
  const bool takes_over = former != labels_.end();
  if (takes_over && former->second.committing)
    return Conflict(Sentence("the ", LoadText(label), " is being committed; try again when it has ended"));
  RETURN_IF_ERROR(CheckTags(label, tags, hold));
  if (labels_.size() > (takes_over ? 1 : 0) && time_zone_ != time_zone) {
    return WithReason(
        absl::FailedPreconditionError(Sentence("another open load makes this population in the time zone ",
                                               time_zone_, ", not ", time_zone, "; name the same one")),
        Reason::kBadRequest);
  }
  if (takes_over) Forget(*former->second.claim);
  time_zone_ = time_zone;
  std::unique_ptr<Claim> claim(new Claim(*this, label, tags, hold));
  labels_[label] = {claim.get(), clock_() + lease_};
  for (const std::string& tag : tags) holders_[tag].insert(claim.get());
  return claim;
}

absl::Status OpenLoads::Abort(const std::string& label) {
  MutexLock lock(mutex_);
  ForgetLapsed();
  const auto open = labels_.find(label);
  if (open == labels_.end() || label.empty() || label[0] == kListMark) {
    return WithReason(
        absl::NotFoundError(Sentence("no load ", Quoted(label), " is open; list the loads to see which are")),
        Reason::kUnknownLoad);
  }
  if (open->second.committing)
    return Conflict(Sentence("the ", LoadText(label), " is being committed; try again when it has ended"));
  open->second.claim->aborted_ = true;
  Forget(*open->second.claim);
  return absl::OkStatus();
}

absl::Status OpenLoads::CheckTags(const std::string& label, const std::vector<std::string>& tags,
                                  TagHold hold) const {
  for (const std::string& tag : tags) {
    const auto holders = holders_.find(tag);
    if (holders == holders_.end()) continue;
    for (const Claim* const holder : holders->second) {
      const TagHold least = std::min(holder->hold_, hold), most = std::max(holder->hold_, hold);
      const bool go_together = least == TagHold::kShared && most != TagHold::kSole;
      if (go_together || holder->label_ == label) continue;
      return Conflict(Sentence("the tag '", tag, "' is held by the open load '", holder->label_,
                               "'; try again when it has ended"));
    }
  }
  return absl::OkStatus();
}

absl::Status OpenLoads::HoldTags(Claim& claim) {
  {
    MutexLock lock(mutex_);
    if (Holds(claim)) {
      if (claim.hold_ != TagHold::kShared) return absl::OkStatus();
      ForgetLapsed(&claim);
      RETURN_IF_ERROR(CheckTags(claim.label_, claim.tags_, TagHold::kExclusive));
      claim.hold_ = TagHold::kExclusive;
      return absl::OkStatus();
    }
  }
  return Check(claim, false);
}

absl::Status OpenLoads::Close() {
  MutexLock lock(mutex_);
  ForgetLapsed();
  closed_ = labels_.empty();
  if (closed_) return absl::OkStatus();
  return Conflict(
      Sentence("the ", LoadText(labels_.begin()->first), " is open; try again when it has ended"));
}

void OpenLoads::Reopen() {
  MutexLock lock(mutex_);
  closed_ = false;
}

std::vector<OpenLoads::OpenLoad> OpenLoads::List() {
  MutexLock lock(mutex_);
  const absl::Time now = clock_();
  std::vector<OpenLoad> open;
  for (const auto& [label, load] : labels_) {
    if (IsOfRecords(label) && (load.committing || load.lease_end >= now))
      open.push_back({label, load.claim->tags_, load.committing});
  }
  return open;
}

bool OpenLoads::HasOpen() {
  MutexLock lock(mutex_);
  const absl::Time now = clock_();
  return std::any_of(labels_.begin(), labels_.end(), [now](const auto& entry) {
    return entry.second.committing || entry.second.lease_end >= now;
  });
}

void OpenLoads::EndCommit(const Claim& claim) {
  MutexLock lock(mutex_);
  if (!Holds(claim)) return;
  LabelledLoad& open = labels_.at(claim.label_);
  open.committing = false;
  open.lease_end = clock_() + lease_;
}

bool OpenLoads::HoldsStill(Claim& claim) {
  MutexLock lock(mutex_);
  if (!Holds(claim)) return false;
  const LabelledLoad& open = labels_.at(claim.label_);
  if (open.committing || open.lease_end >= clock_()) return true;
  claim.lapsed_ = true;
  Forget(claim);
  return false;
}

void OpenLoads::End(Claim& claim) {
  MutexLock lock(mutex_);
  if (!Holds(claim)) return;
  claim.committed_ = true;
  Forget(claim);
}

void OpenLoads::Release(const Claim& claim) {
  MutexLock lock(mutex_);
  if (Holds(claim)) Forget(claim);
}

bool OpenLoads::Holds(const Claim& claim) const {
  const auto open = labels_.find(claim.label_);
  return open != labels_.end() && open->second.claim == &claim;
}

void OpenLoads::ForgetLapsed(const Claim* but) {
  const absl::Time now = clock_();
  std::vector<Claim*> lapsed;
  for (const auto& [label, open] : labels_) {
    if (!open.committing && open.lease_end < now && open.claim != but) lapsed.push_back(open.claim);
  }
  for (Claim* claim : lapsed) {
    claim->lapsed_ = true;
    Forget(*claim);
  }
}

void OpenLoads::Forget(const Claim& claim) {
  labels_.erase(claim.label_);
  for (const std::string& tag : claim.tags_) {
    const auto holders = holders_.find(tag);
    if (holders == holders_.end()) continue;
    holders->second.erase(&claim);
    if (holders->second.empty()) holders_.erase(holders);
  }
}

}  // namespace muster::index

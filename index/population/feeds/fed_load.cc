#include "index/population/feeds/fed_load.h"

#include <algorithm>

#include "index/population/feeds/fed_loads.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

absl::Status Incomplete(const std::string& sentence) {
  return WithReason(absl::FailedPreconditionError(sentence), Reason::kPartIncomplete);
}

}  // namespace

absl::Status FedLoad::Check() {
  {
    MutexLock lock(mutex_);
    if (committing_) {
      return WithReason(absl::AbortedError(Sentence("the load '", label(),
                                                    "' is being committed; try again when that has ended")),
                        Reason::kLoadConflict);
    }
  }
  return claim_->Check();
}

absl::StatusOr<std::unique_ptr<PartFeed>> FedLoad::OpenPart(const PartKey& key) {
  RETURN_IF_ERROR(Check());
  const auto open = [&]() -> absl::StatusOr<std::unique_ptr<PartFeed>> {
    ASSIGN_OR_RETURN(std::shared_ptr<PartFile> part, folder_->PartToFeed(key));
    return PartFeed::Open(std::move(part));
  };
  absl::StatusOr<std::unique_ptr<PartFeed>> feed = open();
  if (!feed.ok()) RETURN_IF_ERROR(claim_->Check());  // why the folder is gone
  return feed;
}

absl::Status FedLoad::Feed(PartFeed& part, uint64_t number, uint32_t records, std::string_view batch) {
  RETURN_IF_ERROR(Check());
  return part.Append(number, records, batch);
}

std::vector<FedPart> FedLoad::ListParts() const {
  std::vector<FedPart> parts;
  for (const std::shared_ptr<PartFile>& part : folder_->ListParts())
    parts.push_back({part->key(), part->damage().ok() ? part->durable() : PartExtent()});
  return parts;
}

absl::Status FedLoad::CheckParts(const std::vector<CommittedPart>& parts) const {
  for (size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].key.name != parts[i - 1].key.name) continue;
    return WithReason(absl::InvalidArgumentError(Sentence("the part '", parts[i].key.name,
                                                          "' is named twice; name the attempt that counts")),
                      Reason::kBadRequest);
  }
  for (const CommittedPart& named : parts) {
    const std::shared_ptr<PartFile> part = folder_->FindPart(named.key);
    if (part == nullptr && named.batches > 0)
      return Incomplete(Sentence(TextOf(named.key), " was not fed; feed it, or name another attempt"));
    if (part == nullptr) continue;
    RETURN_IF_ERROR(part->damage());
    if (const uint64_t stored = part->durable().batches; stored != named.batches) {
      return Incomplete(Sentence(TextOf(named.key), " has ", stored, " stored batches, and the commit names ",
                                 named.batches,
                                 stored < named.batches ? "; feed the rest" : "; name all of them"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<FedCommit>> FedLoad::BeginCommit(LoadSpec spec,
                                                                std::vector<CommittedPart> parts) {
  RETURN_IF_ERROR(Check());
  {
    MutexLock lock(mutex_);
    if (std::exchange(committing_, true)) {
      return WithReason(absl::AbortedError(Sentence("the load '", label(),
                                                    "' is being committed; try again when that has ended")),
                        Reason::kLoadConflict);
    }
  }
  std::sort(parts.begin(), parts.end(),
            [](const CommittedPart& a, const CommittedPart& b) { return a.key < b.key; });
  const auto begin = [&]() -> absl::StatusOr<std::unique_ptr<Load>> {
    RETURN_IF_ERROR(claim_->BeginCommit());
    RETURN_IF_ERROR(CheckParts(parts));
    spec.label = label();
    return owner_.MakeSession(std::move(spec), claim_, DayOfNumber(record_.business_day()));
  };
  absl::StatusOr<std::unique_ptr<Load>> load = begin();
  if (!load.ok()) {
    EndCommit();
    return load.status();
  }
  return std::make_unique<FedCommit>(shared_from_this(), *std::move(load), std::move(parts));
}

void FedLoad::EndCommit() {
  claim_->EndCommit();
  MutexLock lock(mutex_);
  committing_ = false;
}

void FedLoad::End() { owner_.Forget(*this); }

FedCommit::FedCommit(std::shared_ptr<FedLoad> fed, std::unique_ptr<Load> load,
                     std::vector<CommittedPart> parts)
    : fed_(std::move(fed)), load_(std::move(load)), parts_(std::move(parts)) {}

FedCommit::~FedCommit() {
  load_.reset();
  if (!done_) fed_->EndCommit();
}

absl::Status FedCommit::OpenNextPart() {
  const CommittedPart& named = parts_[next_part_++];
  load_->BeginPart(named.key.name);
  part_digest_ = Sha256();
  const std::shared_ptr<PartFile> part = fed_->folder_->FindPart(named.key);
  if (part == nullptr) {  // a part without a batch
    NotePart();
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(reader_, PartReader::Open(*part, named.batches));
  return absl::OkStatus();
}

void FedCommit::NotePart() {
  reader_.reset();
  digest_.Add(parts_[next_part_ - 1].key.name);
  digest_.Add(part_digest_.Finish());
}

absl::StatusOr<std::optional<std::string>> FedCommit::Next() {
  for (;;) {
    if (reader_ && reader_->AtEnd()) NotePart();
    if (!reader_ && next_part_ == parts_.size()) return std::nullopt;
    if (!reader_) RETURN_IF_ERROR(OpenNextPart());
    if (!reader_ || reader_->AtEnd()) continue;
    ASSIGN_OR_RETURN(std::string batch, reader_->Next());
    part_digest_.Add(batch);
    return batch;
  }
}

absl::StatusOr<LoadResult> FedCommit::Commit(uint64_t records, const WorkBudget& budget) {
  load_->SetInput(digest_.Finish());
  FaultPoint("feed/commit");
  ASSIGN_OR_RETURN(LoadResult result, load_->Commit(records, budget));
  FaultPoint("feed/published");
  done_ = true;
  fed_->End();
  return result;
}

}  // namespace muster::index

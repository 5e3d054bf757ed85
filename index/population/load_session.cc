#include "index/population/load_session.h"

#include <string>
#include <utility>

#include "index/status/status_macros.h"

namespace muster::index {
namespace {

// Bytes of new member ids that may stay pending in memory after their load ended.
constexpr uint64_t kLeftIdBytesMax = uint64_t{16} << 20;

uint64_t RecordsOf(const RecordBatchView& batch) {
  return batch.member_ids.records() + batch.rejected.size();
}

class LoadSession final : public Load {
 public:
  LoadSession(std::shared_ptr<const void> population, LoadTarget target, LoadPlan plan,
              std::unique_ptr<RecordIntake> intake, std::shared_ptr<OpenLoads::Claim> claim)
      : population_(std::move(population)),
        target_(std::move(target)),
        plan_(std::move(plan)),
        claim_(std::move(claim)),
        intake_(std::move(intake)),
        kept_(intake_->kept_rejections()) {}

  const std::optional<LoadResult>& published_before() const override { return nothing_; }

  // Ids of an abandoned load stay pending for the next load's flush; many of them are flushed at once.
  ~LoadSession() override {
    if (intake_) StoreLeftIds();
  }

  uint64_t HeldBytes() const override { return intake_ ? intake_->HeldBytes() : 0; }
  uint64_t BytesToFeed(const RecordBatchView& batch) const override {
    return intake_ ? intake_->BytesToFeed(batch) : 0;
  }
  CommitBytes BytesToCommit() const override { return intake_ ? intake_->BytesToCommit() : CommitBytes{}; }
  absl::Status Spill() override { return intake_ ? intake_->Spill() : absl::OkStatus(); }
  uint64_t SpillableBytes() const override { return intake_ ? intake_->SpillableBytes() : 0; }
  bool packed() const override { return intake_ && intake_->packed(); }
  std::shared_ptr<const KeptRejections> kept_rejections() const override { return kept_; }
  void SetCommitBytes(uint64_t bytes) override {
    if (intake_) intake_->SetCommitBytes(bytes);
  }

  void BeginPart(std::string name) override {
    if (intake_) intake_->BeginPart(std::move(name));
  }
  void SetInput(std::string sha256) override {
    if (plan_.spec.input_sha256.empty()) plan_.spec.input_sha256 = std::move(sha256);
  }

  absl::Status Feed(const RecordBatchView& batch) override {
    if (!intake_) return Ended();
    RETURN_IF_ERROR(claim_->Check());
    if (!IsSmallLoad(plan_.spec, intake_->records() + RecordsOf(batch))) {
      RETURN_IF_ERROR(claim_->HoldTags());
    }
    RETURN_IF_ERROR(intake_->Feed(batch));
    return claim_->Check();  // the lease counts from here, however long that took
  }

  absl::StatusOr<LoadResult> Commit(uint64_t records, const WorkBudget& budget) override {
    if (!intake_) return Ended();
    RETURN_IF_ERROR(claim_->BeginCommit());
    absl::StatusOr<LoadResult> result = CommitLoad(target_, std::move(plan_), *intake_, records, budget);
    if (!result.ok() || result->dry_run) StoreLeftIds();
    intake_.reset();
    claim_.reset();
    return result;
  }

 private:
  void StoreLeftIds() {
    if (target_.members.PendingBytes() > kLeftIdBytesMax) target_.members.Flush().IgnoreError();
  }
  static absl::Status Ended() {
    return absl::FailedPreconditionError("this load was committed or refused; begin another");
  }

  const std::shared_ptr<const void> population_;  // destroyed last
  const LoadTarget target_;
  LoadPlan plan_;
  std::shared_ptr<OpenLoads::Claim> claim_;
  std::unique_ptr<RecordIntake> intake_;
  const std::shared_ptr<const KeptRejections> kept_;
  const std::optional<LoadResult> nothing_;
};

class RepeatedLoad final : public Load {
 public:
  explicit RepeatedLoad(LoadResult result) : result_(std::move(result)) {}
  const std::optional<LoadResult>& published_before() const override { return result_; }
  absl::Status Feed(const RecordBatchView&) override { return absl::OkStatus(); }
  absl::StatusOr<LoadResult> Commit(uint64_t, const WorkBudget&) override { return *result_; }

 private:
  const std::optional<LoadResult> result_;
};

}  // namespace

std::unique_ptr<Load> NewLoadSession(std::shared_ptr<const void> population, LoadTarget target, LoadPlan plan,
                                     std::unique_ptr<RecordIntake> intake,
                                     std::shared_ptr<OpenLoads::Claim> claim) {
  return std::make_unique<LoadSession>(std::move(population), std::move(target), std::move(plan),
                                       std::move(intake), std::move(claim));
}

std::unique_ptr<Load> NewRepeatedLoad(LoadResult result) {
  return std::make_unique<RepeatedLoad>(std::move(result));
}

}  // namespace muster::index

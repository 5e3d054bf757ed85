// CommitLoad: publishes an open load that was fed in parts.
#ifndef MUSTER_SERVER_ANSWERS_LOADS_COMMIT_ANSWER_H_
#define MUSTER_SERVER_ANSWERS_LOADS_COMMIT_ANSWER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/population/feeds/fed_load.h"
#include "muster/v1/load_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"
#include "server/answers/fed_answer.h"
#include "server/answers/loads/record_feed.h"
#include "server/log/event_log.h"

namespace muster::server {

// Takes its only message again and again: each time it reads some more of what was fed, until all records are fed to
// the load, and then commits. So other loads have their turn in between.
class CommitAnswer final : public FedAnswer {
 public:
  // The context and the memory outlive it.
  CommitAnswer(const AnswerContext& context, const Principal& principal, Reservation& memory);

  std::unique_ptr<google::protobuf::Message> NewMessage() const override {
    return std::make_unique<v1::CommitLoadRequest>();
  }
  absl::StatusOr<Next> TakeMessage(const google::protobuf::Message& message, uint64_t,
                                   const CallContext& call) override {
    return Take(static_cast<const v1::CommitLoadRequest&>(message), call);
  }
  absl::StatusOr<Next> Take(const v1::CommitLoadRequest& request, const CallContext& call);
  uint64_t HeldBytes() const override;
  const v1::CommitLoadResponse& response() const override { return response_; }
  void End(const absl::Status& status) override;

 private:
  absl::StatusOr<Next> Begin(const v1::CommitLoadRequest& request);
  absl::Status BeginFed(const v1::CommitLoadRequest& request);
  // Feeds the records, some MiB in each turn.
  absl::StatusOr<Next> FeedSome(const WorkBudget& budget);
  absl::StatusOr<bool> ReadBatch();
  absl::StatusOr<Next> Commit(const v1::CommitLoadRequest& request, const WorkBudget& budget);
  Next Answer(const index::LoadResult& result);

  const AnswerContext& context_;
  RecordFeed feed_;
  Reservation& memory_;
  const absl::Time began_;
  std::unique_ptr<index::FedCommit> commit_;  // from the first turn to the end
  RejectedRecords::Kept kept_;                // null unless the spec has keep_rejected
  size_t tags_ = 0;                           // of the load's spec
  bool is_long_ = false;                      // its layout
  std::optional<v1::RecordBatch> batch_;      // read, and not fed yet
  uint64_t batch_bytes_ = 0;                  // as it is stored
  bool all_fed_ = false;
  uint64_t records_ = 0;
  LoadEvent event_;    // for the log
  std::string state_;  // of a load that ended successfully
  v1::CommitLoadResponse response_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_LOADS_COMMIT_ANSWER_H_

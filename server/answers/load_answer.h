// LoadRecords: takes the messages of one load in order and answers them.
#ifndef MUSTER_SERVER_ANSWERS_LOAD_ANSWER_H_
#define MUSTER_SERVER_ANSWERS_LOAD_ANSWER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/population/load.h"
#include "muster/v1/load_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"
#include "server/answers/fed_answer.h"
#include "server/answers/loads/record_feed.h"
#include "server/log/event_log.h"

namespace muster::server {

// A load from its spec to its result.
class LoadAnswer final : public FedAnswer {
 public:
  // The context and the memory outlive it.
  LoadAnswer(const AnswerContext& context, const Principal& principal, Reservation& memory);

  std::unique_ptr<google::protobuf::Message> NewMessage() const override {
    return std::make_unique<v1::LoadRecordsRequest>();
  }
  absl::StatusOr<Next> TakeMessage(const google::protobuf::Message& message, uint64_t message_bytes,
                                   const CallContext& call) override {
    return Take(static_cast<const v1::LoadRecordsRequest&>(message), message_bytes, call);
  }
  absl::StatusOr<Next> Take(const v1::LoadRecordsRequest& message, uint64_t message_bytes,
                            const CallContext& call);
  uint64_t HeldBytes() const override;
  const v1::LoadRecordsResponse& response() const override { return response_; }
  void End(const absl::Status& status) override;

 private:
  absl::StatusOr<Next> Begin(const v1::LoadSpec& spec);
  absl::StatusOr<Next> Feed(const v1::RecordBatch& batch, uint64_t message_bytes);
  absl::StatusOr<Next> Commit(const v1::LoadCommit& commit, const WorkBudget& budget);
  Next Answer(const index::LoadResult& result);

  const AnswerContext& context_;
  RecordFeed feed_;
  const absl::Time began_;
  std::unique_ptr<index::Load> load_;  // from the spec to the end
  RejectedRecords::Kept kept_;         // null unless the spec has keep_rejected
  size_t tags_ = 0;                    // of the spec
  bool is_long_ = false;               // its layout
  LoadEvent event_;                    // for the log
  std::string state_;                  // of a load that ended successfully
  v1::LoadRecordsResponse response_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_LOAD_ANSWER_H_

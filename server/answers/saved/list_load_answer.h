// LoadList: one id list's messages, in their order, to its answer.
#ifndef MUSTER_SERVER_ANSWERS_SAVED_LIST_LOAD_ANSWER_H_
#define MUSTER_SERVER_ANSWERS_SAVED_LIST_LOAD_ANSWER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/population/load.h"
#include "index/population/population.h"
#include "muster/v1/list_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"
#include "server/answers/fed_answer.h"
#include "server/log/event_log.h"

namespace muster::server {

// A list's load from its spec to its result.
class ListLoadAnswer final : public FedAnswer {
 public:
  // The context and the memory outlive it.
  ListLoadAnswer(const AnswerContext& context, const Principal& principal, Reservation& memory);

  std::unique_ptr<google::protobuf::Message> NewMessage() const override {
    return std::make_unique<v1::LoadListRequest>();
  }
  absl::StatusOr<Next> TakeMessage(const google::protobuf::Message& message, uint64_t message_bytes,
                                   const CallContext& call) override {
    return Take(static_cast<const v1::LoadListRequest&>(message), message_bytes, call);
  }
  absl::StatusOr<Next> Take(const v1::LoadListRequest& message, uint64_t message_bytes,
                            const CallContext& call);
  uint64_t HeldBytes() const override { return load_ == nullptr ? 0 : load_->HeldBytes(); }
  const v1::LoadListResponse& response() const override { return response_; }
  void End(const absl::Status& status) override;

 private:
  absl::StatusOr<Next> Begin(const v1::ListSpec& spec);
  absl::StatusOr<Next> Feed(const v1::IdBatch& batch, uint64_t message_bytes);
  absl::StatusOr<Next> Commit(const v1::ListCommit& commit, const WorkBudget& budget);

  const AnswerContext& context_;
  Reservation& memory_;
  const absl::Time began_;
  std::shared_ptr<index::Population> population_;
  std::unique_ptr<index::ListLoad> load_;  // from the spec to the end
  LoadEvent event_;                        // what the log says of it
  v1::LoadListResponse response_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_SAVED_LIST_LOAD_ANSWER_H_

// FeedRecords: stores the batches of an open load.
#ifndef MUSTER_SERVER_ANSWERS_LOADS_FEED_ANSWER_H_
#define MUSTER_SERVER_ANSWERS_LOADS_FEED_ANSWER_H_

#include <cstdint>
#include <map>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/population/feeds/fed_load.h"
#include "muster/v1/load_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"
#include "server/answers/fed_answer.h"

namespace muster::server {

// One stream of FeedRecords. Several may feed a load at once. What it appended is durable when it ends, however it
// ends.
class FeedAnswer final : public FedAnswer {
 public:
  // The context and the memory outlive it.
  FeedAnswer(const AnswerContext& context, Reservation& memory) : context_(context), memory_(memory) {}

  std::unique_ptr<google::protobuf::Message> NewMessage() const override {
    return std::make_unique<v1::FeedRecordsRequest>();
  }
  absl::StatusOr<Next> TakeMessage(const google::protobuf::Message& message, uint64_t message_bytes,
                                   const CallContext&) override {
    return Take(static_cast<const v1::FeedRecordsRequest&>(message), message_bytes);
  }
  absl::StatusOr<Next> Take(const v1::FeedRecordsRequest& message, uint64_t message_bytes);
  absl::Status TakeEnd(const CallContext&) override;
  absl::Status Silent(absl::Duration lease) const override;
  uint64_t HeldBytes() const override { return 0; }
  const v1::FeedRecordsResponse& response() const override { return response_; }
  void End(const absl::Status& status) override;

 private:
  absl::Status Start(const v1::FeedStart& start);
  absl::StatusOr<Next> Feed(const v1::FeedBatch& batch, uint64_t message_bytes);
  // Goes over to a part: makes durable what was appended to the one before.
  absl::Status Enter(const index::PartKey& key);

  const AnswerContext& context_;
  Reservation& memory_;
  std::shared_ptr<index::FedLoad> load_;   // from the first message to the end
  size_t tags_ = 0;                        // of the load's spec
  bool is_long_ = false;                   // its layout
  std::unique_ptr<index::PartFeed> part_;  // the one that is fed now
  std::map<index::PartKey, index::PartExtent>
      fed_;  // by part, as it was when the stream went over to the next
  v1::FeedRecordsResponse response_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_LOADS_FEED_ANSWER_H_

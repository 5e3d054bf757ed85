#include "server/answers/members/member_listing.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/types/span.h"
#include "index/status/status_macros.h"
#include "server/wire/expressions/problem_messages.h"
#include "text/limits.h"

namespace muster::server {
namespace {

constexpr size_t kMembersPerMessage = 8'192;

}  // namespace

absl::Status MemberListing::Begin(const AnswerContext& context, const v1::StreamMembersRequest& request,
                                  const CallContext& call, v1::StreamMembersResponse& message) {
  ASSIGN_OR_RETURN(question_, Ask(context, ViewFieldsOf(request), request.expression(), call.budget));
  ASSIGN_OR_RETURN(const uint64_t count, question_->Count(call.budget, nullptr, call.helpers));
  remaining_ = request.limit() == 0 ? count : std::min<uint64_t>(request.limit(), count);
  message.set_total_count(count);
  EncodeWarnings("expression", request.expression(), question_->warnings(), *message.mutable_warnings());
  for (const std::string& notice : question_->notices()) message.add_notices(notice);
  ASSIGN_OR_RETURN(*message.mutable_receipt(), ReceiptOf(context, *question_, count));
  return absl::OkStatus();
}

absl::Status MemberListing::Scan(size_t most_ordinals, WorkBudget& budget) {
  const uint64_t most = std::min<uint64_t>(most_ordinals, remaining_);
  ordinals_.clear();
  listed_ = 0;
  RETURN_IF_ERROR(question_->Members(from_, budget, [this, most](absl::Span<const index::Ordinal> batch) {
    const size_t taken = static_cast<size_t>(std::min<uint64_t>(batch.size(), most - ordinals_.size()));
    ordinals_.insert(ordinals_.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(taken));
    return ordinals_.size() < most;
  }));
  scanned_all_ = ordinals_.size() < most;
  if (!ordinals_.empty()) from_ = ordinals_.back() + 1;
  return absl::OkStatus();
}

absl::Status MemberListing::Continue(const ListingPortion& portion, WorkBudget& budget,
                                     v1::StreamMembersResponse& message) {
  if (remaining_ == 0) return absl::OkStatus();
  if (listed_ == ordinals_.size() && !scanned_all_) {
    RETURN_IF_ERROR(Scan(portion.ordinals, budget));
  }
  // In steps whose size suits any ids, so that no id is looked up twice.
  size_t bytes = 0;
  while (bytes < portion.bytes && remaining_ > 0 && listed_ < ordinals_.size()) {
    const uint64_t waiting = std::min<uint64_t>(ordinals_.size() - listed_, remaining_);
    const size_t room = std::max<size_t>(1, (portion.bytes - bytes) / kMemberIdBytesMax);
    const size_t take = static_cast<size_t>(std::min<uint64_t>({waiting, kMembersPerMessage, room}));
    std::vector<std::string> ids;
    RETURN_IF_ERROR(
        question_->view().members().ReadIds(absl::MakeConstSpan(ordinals_).subspan(listed_, take), ids));
    for (std::string& id : ids) {
      bytes += id.size() + sizeof(std::string);
      message.add_member_ids(std::move(id));
    }
    listed_ += take;
    remaining_ -= take;
  }
  return absl::OkStatus();
}

}  // namespace muster::server

#include "server/answers/members/member_listing.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "server/answers/members/id_lines.h"
#include "server/answers/shared_work.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/problem_messages.h"

namespace muster::server {
namespace {

absl::Status TooGreatAnOrdinal() {
  return index::WithLimit(
      absl::OutOfRangeError(
          "A bitmap of ordinals holds those below 4,294,967,296, and this list has one that "
          "is not: take the list as ids."),
      OrdinalBitmap::kEnd);
}

}  // namespace

absl::Status MemberListing::Begin(const AnswerContext& context, const v1::StreamMembersRequest& request,
                                  const CallContext& call, v1::StreamMembersResponse& message) {
  if (request.form() == v1::MEMBER_FORM_ORDINALS) {
    bitmap_.emplace();
  } else if (request.form() != v1::MEMBER_FORM_UNSPECIFIED && request.form() != v1::MEMBER_FORM_IDS) {
    return FieldError("form", absl::StrCat("there is no form of members ", static_cast<int>(request.form()),
                                           ": write MEMBER_FORM_IDS or MEMBER_FORM_ORDINALS"));
  }
  ASSIGN_OR_RETURN(QuestionPtr question,
                   Ask(context, ViewFieldsOf(request), request.expression(), call.budget));
  return BeginWith(std::move(question), context, request, call, message);
}

absl::Status MemberListing::BeginWith(QuestionPtr question, const AnswerContext& context,
                                      const v1::StreamMembersRequest& request, const CallContext& call,
                                      v1::StreamMembersResponse& message) {
  question_ = std::move(question);
  ASSIGN_OR_RETURN(const uint64_t count, Count(call));
  remaining_ = request.limit() == 0 ? count : std::min<uint64_t>(request.limit(), count);
  if (bitmap_.has_value()) bitmap_->Limit(remaining_);
  message.set_total_count(count);
  EncodeWarnings("expression", request.expression(), question_->warnings(), *message.mutable_warnings());
  for (const std::string& notice : question_->notices()) message.add_notices(notice);
  ASSIGN_OR_RETURN(*message.mutable_receipt(), ReceiptOf(context, *question_, count));
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> MemberListing::Count(const CallContext& call) {
  if (!bitmap_.has_value()) return question_->Count(call.budget, nullptr, call.helpers);
  bool fits = true;
  RETURN_IF_ERROR(question_->Members(0, call.budget, [this, &fits](absl::Span<const index::Ordinal> chunk) {
    fits = chunk.back() < OrdinalBitmap::kEnd;
    if (fits) bitmap_->Count(chunk);
    return fits;
  }));
  if (!fits) return TooGreatAnOrdinal();
  return bitmap_->count();
}

absl::Status MemberListing::Continue(const ListingPortion& portion, WorkBudget& budget,
                                     query::ScanHelpers* helpers, std::vector<ListedMembers>& messages) {
  messages.clear();
  return bitmap_.has_value() ? ContinueBitmap(portion, budget, messages)
                             : ContinueIds(portion, budget, helpers, messages);
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

MemberListing::Read MemberListing::ReadIds(absl::Span<const index::Ordinal> ordinals, size_t bytes,
                                           WorkBudget& budget) const {
  Read read;
  read.status = budget.Check();
  if (!read.status.ok()) return read;
  read.lines.reserve(std::min(ordinals.size() * (bytes_of_id_ + 1), bytes) + 64);
  const absl::StatusOr<size_t> count = AppendLines(question_->view().members(), ordinals, bytes, read.lines);
  read.status = count.status();
  if (count.ok()) read.count = static_cast<uint32_t>(*count);
  return read;
}

// Each message gets as many ordinals as fill it with ids of the size seen last. Where ids are longer, it is cut
// at twice its size, and those behind it are read again by the next turn.
absl::Status MemberListing::ContinueIds(const ListingPortion& portion, WorkBudget& budget,
                                        query::ScanHelpers* helpers, std::vector<ListedMembers>& messages) {
  if (remaining_ == 0) return absl::OkStatus();
  if (listed_ == ordinals_.size() && !scanned_all_) {
    RETURN_IF_ERROR(Scan(portion.ordinals, budget));
  }
  const auto waiting = absl::MakeConstSpan(ordinals_).subspan(listed_);
  const size_t bytes = std::min(portion.bytes, kMostListedBytes);
  const size_t of_message = std::max<size_t>(1, bytes / bytes_of_id_);
  const size_t parts = std::min(portion.messages, (waiting.size() + of_message - 1) / of_message);
  if (parts == 0) return OrdinalBitmap::Differs();
  std::vector<Read> reads(parts);
  ShareWork(parts, helpers, [&](size_t i) {
    reads[i] = ReadIds(waiting.subspan(i * of_message, of_message), 2 * bytes, budget);
  });
  size_t longest = 1;
  for (size_t i = 0; i < parts; ++i) {
    Read& read = reads[i];
    RETURN_IF_ERROR(read.status);
    const bool whole = read.count == std::min(of_message, waiting.size() - i * of_message);
    longest = std::max(longest, (read.lines.size() + read.count - 1) / read.count);
    listed_ += read.count;
    remaining_ -= read.count;
    messages.push_back(ListIds(read.count, std::move(read.lines)));
    if (!whole) break;
  }
  bytes_of_id_ = longest;
  return absl::OkStatus();
}

absl::Status MemberListing::ContinueBitmap(const ListingPortion& portion, WorkBudget& budget,
                                           std::vector<ListedMembers>& messages) {
  std::string bytes;
  if (!std::exchange(began_bitmap_, true)) bytes = bitmap_->Head();
  if (bytes.empty() && bitmap_->done()) return absl::OkStatus();
  absl::Status appended;
  bool enough = bitmap_->done();
  while (!enough && appended.ok()) {
    bool any = false;
    RETURN_IF_ERROR(question_->Members(from_, budget, [&](absl::Span<const index::Ordinal> chunk) {
      any = true;
      from_ = (chunk.back() | (index::kChunkOrdinals - 1)) + 1;
      appended = bitmap_->AppendContainer(chunk, bytes);
      enough = bitmap_->done() || bytes.size() >= std::min(portion.bytes, kMostListedBytes);
      return appended.ok() && !enough;
    }));
    if (!any) appended = OrdinalBitmap::Differs();
  }
  RETURN_IF_ERROR(appended);
  messages.push_back(ListBitmap(std::move(bytes)));
  return absl::OkStatus();
}

}  // namespace muster::server

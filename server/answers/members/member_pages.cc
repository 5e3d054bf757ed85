#include "server/answers/members/member_pages.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "index/status/status_macros.h"
#include "server/answers/asking.h"
#include "server/answers/members/id_lines.h"
#include "server/wire/answer_messages.h"
#include "server/wire/expressions/problem_messages.h"

namespace muster::server {
namespace {

constexpr size_t kStandardMemberPage = 1'000;
constexpr size_t kMaxMemberPage = 10'000;
// A page of longer ids ends early, so that its message stays below 4 MiB, the standard limit of clients.
constexpr size_t kMaxPageBytes = size_t{3} << 20;

// Digest of the fields that bind a token to its request. snapshot, today and as_of only matter for the first
// page, so a client may omit them later.
std::string DigestOf(const v1::ListMembersRequest& request) {
  v1::ListMembersRequest bound = request;
  bound.clear_page_size();
  bound.clear_page_token();
  bound.clear_snapshot();
  bound.clear_today();
  bound.clear_as_of();
  return RequestDigest("ListMembers", bound);
}

}  // namespace

absl::Status ListMembers(const AnswerContext& context, const v1::ListMembersRequest& request,
                         const CallContext& call, v1::ListMembersResponse& response) {
  ASSIGN_OR_RETURN(size_t page_size,
                   DecodePageSize(request.page_size(), kStandardMemberPage, kMaxMemberPage));
  const std::string digest = DigestOf(request);
  const bool first_page = request.page_token().empty();
  PageToken token;
  QuestionPtr question;
  if (first_page) {
    ASSIGN_OR_RETURN(question, Ask(context, ViewFieldsOf(request), request.expression(), call.budget));
  } else {
    ASSIGN_OR_RETURN(token, context.tokens.OpenPage(request.page_token(), digest));
    ASSIGN_OR_RETURN(question,
                     AskAt(context, request.population(), request.expression(), token, call.budget));
  }

  // One more than the page holds: the first member of the next page.
  std::vector<index::Ordinal> ordinals;
  RETURN_IF_ERROR(question->Members(
      token.next_position, call.budget,
      [&ordinals, most = page_size + 1](absl::Span<const index::Ordinal> batch) {
        const size_t taken = std::min(batch.size(), most - ordinals.size());
        ordinals.insert(ordinals.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(taken));
        return ordinals.size() < most;
      }));
  const auto of_page = absl::MakeConstSpan(ordinals).first(std::min(ordinals.size(), page_size));
  ASSIGN_OR_RETURN(const size_t listed, AppendLines(question->view().members(), of_page, kMaxPageBytes,
                                                    *response.mutable_ids()->mutable_lines()));
  response.mutable_ids()->set_count(static_cast<uint32_t>(listed));
  const bool more = listed < ordinals.size();
  if (first_page) {
    ASSIGN_OR_RETURN(token.total_count,
                     more ? question->Count(call.budget, nullptr, call.helpers) : ordinals.size());
    EncodeWarnings("expression", request.expression(), question->warnings(), *response.mutable_warnings());
    for (const std::string& notice : question->notices()) response.add_notices(notice);
  }
  response.set_total_count(token.total_count);
  if (more) {
    ASSIGN_OR_RETURN(token.views, question->Pins());
    token.saved = question->saved();
    token.today = question->today();
    token.next_position = ordinals[listed];
    response.set_next_page_token(context.tokens.SealPage(token, digest));
    for (const index::PinnedView& view : token.views)
      question->view().population().Lease(view.versions, kPageLease);
  }
  return absl::OkStatus();
}

}  // namespace muster::server

#include "server/answers/saved/list_answers.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "index/population/population.h"
#include "index/status/status_macros.h"
#include "query/questions/batch.h"
#include "server/answers/asking.h"
#include "server/wire/answer_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/list_messages.h"
#include "server/wire/page_token.h"

namespace muster::server {
namespace {

constexpr size_t kStandardListsPage = 100;
constexpr size_t kMaxListsPage = 1'000;

// The population of a request that names a list.
template <typename Request>
absl::StatusOr<std::shared_ptr<index::Population>> FindPopulationOf(const AnswerContext& context,
                                                                    const Request& request) {
  ASSIGN_OR_RETURN(std::shared_ptr<index::Population> population,
                   FindPopulation(context.database, request.population()));
  if (request.name().empty()) return FieldError("name", "the list's name is missing: say which one is meant");
  return population;
}

// How many ids of each list are members now; 0 of one that was removed meanwhile.
absl::StatusOr<std::vector<uint64_t>> CountMembers(index::Population& population,
                                                   absl::Span<const index::IdList> lists,
                                                   const CallContext& call) {
  std::vector<query::Expression> trees(lists.size());
  std::vector<query::Wording> wordings(lists.size());
  for (size_t i = 0; i < lists.size(); ++i) {
    trees[i].op = query::Operator::kIdList;
    trees[i].tag = lists[i].name;
    wordings[i].tree = &trees[i];
  }
  query::Standpoint now;
  ASSIGN_OR_RETURN(now.view, population.CurrentView());
  ASSIGN_OR_RETURN(
      const query::BatchAnswers batch,
      query::CountBatch(wordings, std::move(now), call.budget, {.limits = {}, .helpers = call.helpers}));
  std::vector<uint64_t> counts;
  for (const query::BatchAnswer& answer : batch.answers) counts.push_back(answer.count);
  return counts;
}

}  // namespace

absl::Status GetList(const AnswerContext& context, const v1::GetListRequest& request, const CallContext& call,
                     v1::GetListResponse& response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<index::Population> population, FindPopulationOf(context, request));
  ASSIGN_OR_RETURN(const index::IdList list, population->lists().Get(request.name()));
  ASSIGN_OR_RETURN(const std::vector<uint64_t> members, CountMembers(*population, {&list, 1}, call));
  *response.mutable_list() = EncodeIdList(list, members.front(), population->time_zone());
  return absl::OkStatus();
}

absl::Status ListLists(const AnswerContext& context, const v1::ListListsRequest& request,
                       const CallContext& call, v1::ListListsResponse& response) {
  ASSIGN_OR_RETURN(const size_t page_size,
                   DecodePageSize(request.page_size(), kStandardListsPage, kMaxListsPage));
  ASSIGN_OR_RETURN(const std::shared_ptr<index::Population> population,
                   FindPopulation(context.database, request.population()));
  v1::ListListsRequest bound = request;
  bound.clear_page_size();
  bound.clear_page_token();
  const std::string digest = RequestDigest("ListLists", bound);
  PageToken token;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(token, context.tokens.OpenPage(request.page_token(), digest));
  }
  ASSIGN_OR_RETURN(const index::IdListPage page, population->lists().List(token.last_name, page_size));
  ASSIGN_OR_RETURN(const std::vector<uint64_t> members, CountMembers(*population, page.lists, call));
  for (size_t i = 0; i < page.lists.size(); ++i)
    *response.add_lists() = EncodeIdList(page.lists[i], members[i], population->time_zone());
  if (!page.more) return absl::OkStatus();
  PageToken next;
  next.last_name = page.lists.back().name;
  response.set_next_page_token(context.tokens.SealPage(next, digest));
  return absl::OkStatus();
}

absl::Status DeleteList(const AnswerContext& context, const v1::DeleteListRequest& request,
                        const CallContext&, v1::DeleteListResponse& response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<index::Population> population, FindPopulationOf(context, request));
  ASSIGN_OR_RETURN(const index::IdList deleted, population->lists().Delete(request.name()));
  *response.mutable_list() = EncodeIdList(deleted, 0, population->time_zone());
  return absl::OkStatus();
}

}  // namespace muster::server

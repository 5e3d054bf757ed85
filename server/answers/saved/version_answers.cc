#include "server/answers/saved/version_answers.h"

#include <memory>
#include <string>

#include "index/history/tag_history.h"
#include "index/population/population.h"
#include "index/status/status_macros.h"
#include "server/answers/asking.h"
#include "server/wire/answer_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/page_token.h"
#include "server/wire/version_messages.h"

namespace muster::server {
namespace {

constexpr size_t kStandardVersionsPage = 100;
constexpr size_t kMaxVersionsPage = 1'000;
constexpr size_t kStandardValues = 20;
constexpr size_t kMaxValues = 1'000;
// The charge for waiting as long as a commit takes.
constexpr uint64_t kAllChunks = uint64_t{1} << 40;

// A population, and one of its tags.
struct NamedTag {
  std::shared_ptr<index::Population> population;
  std::string tag;
};

absl::StatusOr<NamedTag> FindNamed(const AnswerContext& context, const std::string& population,
                                   const std::string& tag, const CallContext& call) {
  NamedTag named;
  ASSIGN_OR_RETURN(named.population, FindPopulation(context.database, population));
  ASSIGN_OR_RETURN(const query::ViewPtr view, named.population->CurrentView());
  ASSIGN_OR_RETURN(const index::Tag found, FindTag(*view, tag, call.budget));
  named.tag = found.name;
  return named;
}

}  // namespace

absl::Status ListTagVersions(const AnswerContext& context, const v1::ListTagVersionsRequest& request,
                             const CallContext& call, v1::ListTagVersionsResponse& response) {
  ASSIGN_OR_RETURN(const size_t page_size,
                   DecodePageSize(request.page_size(), kStandardVersionsPage, kMaxVersionsPage));
  v1::ListTagVersionsRequest bound = request;
  bound.clear_page_size();
  bound.clear_page_token();
  const std::string digest = RequestDigest("ListTagVersions", bound);
  index::Version before = index::kNoVersion;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const PageToken token, context.tokens.OpenPage(request.page_token(), digest));
    before = static_cast<index::Version>(token.next_position);
  }
  ASSIGN_OR_RETURN(const NamedTag named, FindNamed(context, request.population(), request.tag(), call));
  ASSIGN_OR_RETURN(const index::VersionPage page,
                   named.population->history().List(named.tag, before, page_size, call.budget));
  for (const index::ListedVersion& version : page.versions)
    *response.add_versions() = EncodeVersion(version, named.population->time_zone());
  if (!page.more) return absl::OkStatus();
  PageToken next;
  next.next_position = page.versions.back().version;
  response.set_next_page_token(context.tokens.SealPage(next, digest));
  return absl::OkStatus();
}

absl::Status CompareTagVersions(const AnswerContext& context, const v1::CompareTagVersionsRequest& request,
                                const CallContext& call, v1::CompareTagVersionsResponse& response) {
  if (request.from_version() == 0)
    return FieldError("from_version", "the version is missing: versions are numbered from 1");
  if (request.to_version() == 0)
    return FieldError("to_version", "the version is missing: versions are numbered from 1");
  ASSIGN_OR_RETURN(const size_t limit, DecodePageSize(request.limit(), kStandardValues, kMaxValues));
  ASSIGN_OR_RETURN(const NamedTag named, FindNamed(context, request.population(), request.tag(), call));
  const index::VersionPair pair{request.from_version(), request.to_version()};
  ASSIGN_OR_RETURN(const index::VersionComparison comparison,
                   named.population->history().Compare(named.tag, pair, limit, call.budget));
  EncodeComparison(comparison, response);
  return absl::OkStatus();
}

absl::Status RollbackTag(const AnswerContext& context, const v1::RollbackTagRequest& request,
                         const CallContext& call, v1::RollbackTagResponse& response) {
  ASSIGN_OR_RETURN(const index::RollbackGoal goal, DecodeGoal(request));
  ASSIGN_OR_RETURN(const NamedTag named, FindNamed(context, request.population(), request.tag(), call));
  RETURN_IF_ERROR(call.budget.SpendChunks(kAllChunks));
  const absl::StatusOr<index::TagRollback> done =
      named.population->history().RollBack(named.tag, goal, call.budget);
  if (!done.ok())
    return absl::IsInvalidArgument(done.status()) ? AtField(done.status(), "to_date") : done.status();
  *response.mutable_rollback() = EncodeRollback(*done);
  return absl::OkStatus();
}

absl::Status RollbackLoad(const AnswerContext& context, const v1::RollbackLoadRequest& request,
                          const CallContext& call, v1::RollbackLoadResponse& response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<index::Population> population,
                   FindPopulation(context.database, request.population()));
  if (request.label().empty()) return FieldError("label", "the label is missing: say which load is meant");
  RETURN_IF_ERROR(call.budget.SpendChunks(kAllChunks));
  const auto direction = request.forward() ? index::LoadDirection::kForward : index::LoadDirection::kBack;
  ASSIGN_OR_RETURN(const index::LoadRollback done,
                   population->history().RollBackLoad(request.label(), direction, call.budget));
  EncodeLoadRollback(done, response);
  return absl::OkStatus();
}

}  // namespace muster::server

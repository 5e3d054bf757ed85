#include "server/answers/catalog_answers.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "index/bitmap/row_id.h"
#include "index/catalog/names.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "server/answers/asking.h"
#include "server/answers/members/member_pages.h"
#include "server/wire/answer_messages.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "text/civil_text.h"
#include "text/limits.h"
#include "text/normal_form.h"
#include "text/utf8.h"

namespace muster::server {
namespace {

constexpr size_t kStandardPageSize = 100;
constexpr size_t kMaxPageSize = 1'000;

// The charge for reading or removing all files of a population.
constexpr uint64_t kAllChunks = uint64_t{1} << 40;

absl::StatusOr<query::ViewPtr> OpenCurrent(const AnswerContext& context, const std::string& name) {
  ASSIGN_OR_RETURN(std::shared_ptr<index::Population> population, FindPopulation(context.database, name));
  return population->CurrentView();
}

// Opens the current view for the first page, and the first page's view for later ones.
absl::StatusOr<query::ViewPtr> OpenForPage(const AnswerContext& context, const std::string& name,
                                           const std::optional<PageToken>& token) {
  if (!token.has_value()) return OpenCurrent(context, name);
  ASSIGN_OR_RETURN(std::shared_ptr<index::Population> population, FindPopulation(context.database, name));
  ASSIGN_OR_RETURN(query::Standpoint at, OpenPinned(*population, token->views, token->today, "page_token"));
  return std::move(at.view);
}

// The page token of a request, if it has one.
absl::StatusOr<std::optional<PageToken>> TokenOf(const AnswerContext& context, const std::string& sealed,
                                                 const std::string& digest) {
  if (sealed.empty()) return std::optional<PageToken>();
  ASSIGN_OR_RETURN(PageToken token, context.tokens.OpenPage(sealed, digest));
  return std::optional<PageToken>(std::move(token));
}

// Digest of the fields that bind a token to its request: all except the paging fields.
template <typename Request>
std::string DigestOf(std::string_view call, const Request& request) {
  Request bound = request;
  bound.clear_page_size();
  bound.clear_page_token();
  return RequestDigest(call, bound);
}

// Attaches the field to a refusal of the index: `name_field` for a bad name, `other_field` for other bad
// input.
absl::Status AtFieldOf(const absl::Status& refusal, std::string_view name_field,
                       std::string_view other_field) {
  if (refusal.code() != absl::StatusCode::kInvalidArgument) return refusal;
  return AtField(refusal, index::ReasonOf(refusal) == index::Reason::kBadName ? name_field : other_field);
}

absl::Status Describe(const index::PopulationView& view, WorkBudget& budget, v1::Population& described) {
  described.set_name(view.population().name());
  described.set_time_zone(view.population().time_zone_name());
  described.set_member_count(view.members().everyone_count());
  ASSIGN_OR_RETURN(std::vector<index::Tag> tags, view.tags().List(budget));
  described.set_tag_count(static_cast<uint32_t>(tags.size()));
  // `everyone` carries the date of the latest load, whichever tags it loaded; version 0 before the first
  // load.
  index::Tag everyone;
  everyone.id = index::kEveryoneTag;
  everyone.kind = index::TagKind::kDate;
  ASSIGN_OR_RETURN(index::TagStatistics joined, view.tags().Statistics(everyone));
  if (joined.version > 0) described.set_current_date(DateText(*joined.business_date));
  described.set_disk_bytes(view.population().disk_bytes());
  return absl::OkStatus();
}

// A population that is being served, or the reason why it isn't.
using ServedPopulation = absl::StatusOr<std::shared_ptr<index::Population>>;

std::map<std::string, ServedPopulation> PopulationsByName(index::Database& database) {
  std::map<std::string, ServedPopulation> all;
  for (const std::shared_ptr<index::Population>& population : database.ListPopulations())
    all.emplace(population->name(), population);
  for (const index::OfflinePopulation& offline : database.ListOffline())
    all.insert_or_assign(offline.name, ServedPopulation(offline.why));
  return all;
}

absl::Status DescribeListed(const ServedPopulation& listed, WorkBudget& budget, v1::Population& described) {
  RETURN_IF_ERROR(listed.status());
  ASSIGN_OR_RETURN(const query::ViewPtr view, (*listed)->CurrentView());
  return Describe(*view, budget, described);
}

// Statistics of a tag; the values counted for them are charged to `budget`.
absl::StatusOr<index::TagStatistics> StatisticsOf(const index::PopulationView& view, const index::Tag& tag,
                                                  WorkBudget& budget) {
  ASSIGN_OR_RETURN(const uint64_t values, view.tags().ValuesToCount(tag));
  RETURN_IF_ERROR(budget.SpendValues(values));
  return view.tags().Statistics(tag);
}

// The tags of one page, and whether more follow.
struct TagPage {
  std::vector<index::Tag> tags;
  bool more = false;
};

absl::StatusOr<TagPage> PageOf(const index::PopulationView& view, const std::optional<PageToken>& token,
                               size_t page_size, WorkBudget& budget) {
  ASSIGN_OR_RETURN(std::vector<index::Tag> tags, view.tags().List(budget));
  TagPage page;
  for (index::Tag& tag : tags) {
    if (token.has_value() && tag.name <= token->last_name) continue;
    page.more = page.tags.size() == page_size;
    if (page.more) break;
    page.tags.push_back(std::move(tag));
  }
  return page;
}

// Values from position `first` that contain `search`, ignoring case, at most `most`.
struct ValuePage {
  size_t first = 0;
  size_t most = 0;
  const std::string& search;
};

// Encodes a page of `values`. Returns where the next page begins, or `values.size()` at the end. Compared
// values are charged to `budget`.
absl::StatusOr<size_t> EncodeValues(const std::vector<index::ValueCount>& values, const ValuePage& page,
                                    WorkBudget& budget, v1::ListTagValuesResponse& response) {
  const std::string wanted = FoldCase(page.search).value_or(page.search);
  const auto matches = [&](const std::string& value) {
    return absl::StrContains(FoldCase(value).value_or(value), wanted);
  };
  for (size_t i = page.first; i < values.size(); ++i) {
    if (!wanted.empty()) {
      RETURN_IF_ERROR(budget.SpendValues(1));
      if (!matches(values[i].value)) continue;
    }
    if (static_cast<size_t>(response.values_size()) == page.most) return i;
    v1::TagValue& encoded = *response.add_values();
    encoded.set_value(values[i].value);
    encoded.set_member_count(values[i].member_count);
  }
  return values.size();
}

// The token of the page that follows this one in a listing.
std::string NextPage(const AnswerContext& context, const index::PopulationView& view, const PageToken& next,
                     const std::string& digest) {
  for (const index::PinnedView& pinned : next.views) view.population().Lease(pinned.versions, kPageLease);
  return context.tokens.SealPage(next, digest);
}

}  // namespace

absl::Status CreatePopulation(const AnswerContext& context, const v1::CreatePopulationRequest& request,
                              const CallContext&, v1::CreatePopulationResponse& response) {
  if (request.population().name().empty()) {
    return FieldError("population.name", "the name is missing: give 1 to 63 of a-z, 0-9, _ and -");
  }
  absl::StatusOr<std::shared_ptr<index::Population>> created =
      context.database.CreatePopulation(request.population().name(), request.population().time_zone());
  if (!created.ok()) return AtFieldOf(created.status(), "population.name", "population.time_zone");
  ASSIGN_OR_RETURN(const query::ViewPtr view, (*created)->CurrentView());
  // The population exists now: from here on the call must not start over.
  return Describe(*view, WorkBudget::Unlimited(), *response.mutable_population());
}

absl::Status GetPopulation(const AnswerContext& context, const v1::GetPopulationRequest& request,
                           const CallContext& call, v1::GetPopulationResponse& response) {
  ASSIGN_OR_RETURN(const query::ViewPtr view, OpenCurrent(context, request.population()));
  return Describe(*view, call.budget, *response.mutable_population());
}

absl::Status ListPopulations(const AnswerContext& context, const v1::ListPopulationsRequest& request,
                             const CallContext& call, v1::ListPopulationsResponse& response) {
  ASSIGN_OR_RETURN(size_t page_size, DecodePageSize(request.page_size(), kStandardPageSize, kMaxPageSize));
  const std::string digest = DigestOf("ListPopulations", request);
  ASSIGN_OR_RETURN(std::optional<PageToken> token, TokenOf(context, request.page_token(), digest));
  for (const auto& [name, listed] : PopulationsByName(context.database)) {
    if (token.has_value() && name <= token->last_name) continue;
    if (static_cast<size_t>(response.populations_size()) == page_size) {
      PageToken next;
      next.last_name = response.populations().rbegin()->name();
      response.set_next_page_token(context.tokens.SealPage(next, digest));
      return absl::OkStatus();
    }
    v1::Population& encoded = *response.add_populations();
    absl::Status described = DescribeListed(listed, call.budget, encoded);
    if (absl::IsDataLoss(described)) {  // the others are still listed
      encoded.Clear();
      encoded.set_name(name);
      encoded.set_offline(MendUtf8(std::string_view(described.message().data(), described.message().size())));
      described = absl::OkStatus();
    }
    RETURN_IF_ERROR(described);
  }
  return absl::OkStatus();
}

absl::Status DeletePopulation(const AnswerContext& context, const v1::DeletePopulationRequest& request,
                              const CallContext& call, v1::DeletePopulationResponse& response) {
  // Its files may be large.
  RETURN_IF_ERROR(call.budget.SpendChunks(kAllChunks));
  const absl::StatusOr<query::ViewPtr> view = OpenCurrent(context, request.population());
  absl::Status described = view.status();
  if (view.ok()) described = Describe(**view, call.budget, *response.mutable_population());
  // A damaged population can be dropped, but not described.
  if (absl::IsDataLoss(described)) {
    response.mutable_population()->Clear();
    response.mutable_population()->set_name(request.population());
    described = absl::OkStatus();
  }
  RETURN_IF_ERROR(described);
  return context.database.DropPopulation(request.population());
}

absl::Status CreateTag(const AnswerContext& context, const v1::CreateTagRequest& request, const CallContext&,
                       v1::CreateTagResponse& response) {
  ASSIGN_OR_RETURN(std::shared_ptr<index::Population> population,
                   FindPopulation(context.database, request.population()));
  if (request.tag().name().empty())
    return FieldError("tag.name", "the name is missing: say what the tag is called");
  ASSIGN_OR_RETURN(index::Tag tag, DecodeTag(request.tag(), "tag"));
  absl::StatusOr<index::Tag> created = population->CreateTag(tag);
  if (!created.ok()) return AtFieldOf(created.status(), "tag.name", "tag");
  *response.mutable_tag() = EncodeTag(*created, index::TagStatistics(), 0);
  return absl::OkStatus();
}

absl::Status UpdateTag(const AnswerContext& context, const v1::UpdateTagRequest& request,
                       const CallContext& call, v1::UpdateTagResponse& response) {
  ASSIGN_OR_RETURN(const query::ViewPtr view, OpenCurrent(context, request.population()));
  if (request.tag().name().empty())
    return FieldError("tag.name", "the name is missing: say which tag is meant");
  ASSIGN_OR_RETURN(const index::TagChange change, DecodeTagChange(request));
  ASSIGN_OR_RETURN(const index::Tag known, FindTag(*view, request.tag().name(), call.budget));
  const bool rescales = change.scale.has_value() && *change.scale != known.scale;
  RETURN_IF_ERROR(call.budget.SpendChunks(rescales ? kAllChunks : 0));
  const absl::StatusOr<index::Tag> changed =
      view->population().UpdateTag(request.tag().name(), change, call.budget);
  if (!changed.ok()) return AtFieldOf(changed.status(), "tag.name", "tag");
  ASSIGN_OR_RETURN(const query::ViewPtr now, view->population().CurrentView());
  ASSIGN_OR_RETURN(const index::TagStatistics statistics, now->tags().Statistics(*changed));
  *response.mutable_tag() = EncodeTag(*changed, statistics, now->members().everyone_count());
  return absl::OkStatus();
}

absl::Status GetTag(const AnswerContext& context, const v1::GetTagRequest& request, const CallContext& call,
                    v1::GetTagResponse& response) {
  ASSIGN_OR_RETURN(const query::ViewPtr view, OpenCurrent(context, request.population()));
  ASSIGN_OR_RETURN(index::Tag tag, FindTag(*view, request.tag(), call.budget));
  ASSIGN_OR_RETURN(const index::TagStatistics statistics, StatisticsOf(*view, tag, call.budget));
  *response.mutable_tag() = EncodeTag(tag, statistics, view->members().everyone_count());
  return absl::OkStatus();
}

absl::Status ListTags(const AnswerContext& context, const v1::ListTagsRequest& request,
                      const CallContext& call, v1::ListTagsResponse& response) {
  ASSIGN_OR_RETURN(size_t page_size, DecodePageSize(request.page_size(), kStandardPageSize, kMaxPageSize));
  const std::string digest = DigestOf("ListTags", request);
  ASSIGN_OR_RETURN(std::optional<PageToken> token, TokenOf(context, request.page_token(), digest));
  ASSIGN_OR_RETURN(const query::ViewPtr view, OpenForPage(context, request.population(), token));
  ASSIGN_OR_RETURN(const TagPage page, PageOf(*view, token, page_size, call.budget));
  const uint64_t everyone = view->members().everyone_count();
  response.set_population_member_count(everyone);
  for (const index::Tag& tag : page.tags) {
    ASSIGN_OR_RETURN(const index::TagStatistics statistics, StatisticsOf(*view, tag, call.budget));
    *response.add_tags() = EncodeTag(tag, statistics, everyone);
  }
  if (!page.more) return absl::OkStatus();
  PageToken next;
  ASSIGN_OR_RETURN(index::PinnedView pinned, view->PinWhole({}));
  next.views = {std::move(pinned)};
  next.last_name = page.tags.back().name;
  response.set_next_page_token(NextPage(context, *view, next, digest));
  return absl::OkStatus();
}

absl::Status ListTagValues(const AnswerContext& context, const v1::ListTagValuesRequest& request,
                           const CallContext& call, v1::ListTagValuesResponse& response) {
  ASSIGN_OR_RETURN(size_t page_size, DecodePageSize(request.page_size(), kStandardPageSize, kMaxPageSize));
  const std::string digest = DigestOf("ListTagValues", request);
  ASSIGN_OR_RETURN(std::optional<PageToken> token, TokenOf(context, request.page_token(), digest));
  ASSIGN_OR_RETURN(const query::ViewPtr view, OpenForPage(context, request.population(), token));
  ASSIGN_OR_RETURN(index::Tag tag, FindTag(*view, request.tag(), call.budget));
  if (!index::TraitsOf(tag.kind).has_values) {
    return FieldError("tag", absl::StrCat("the tag '", tag.name, "' is a ", index::TagKindName(tag.kind),
                                          ", which has no list of values: ask for ranges of it instead"));
  }
  if (request.search().size() > kValueBytesMax) {
    return LimitError("search",
                      absl::StrCat("the text has ", request.search().size(), " bytes, and a value at most ",
                                   kValueBytesMax, ": shorten it"),
                      kValueBytesMax);
  }
  ASSIGN_OR_RETURN(ValueListings::Listing listing,
                   context.value_listings.List(*view, tag, request.prefix(), call.budget));
  const std::vector<index::ValueCount>& values = *listing;
  const size_t first = token.has_value() ? static_cast<size_t>(token->next_position) : 0;
  ASSIGN_OR_RETURN(const size_t end,
                   EncodeValues(values, {first, page_size, request.search()}, call.budget, response));
  if (end == values.size()) return absl::OkStatus();
  PageToken next;
  ASSIGN_OR_RETURN(index::PinnedView pinned, view->Pin({tag.id}));
  next.views = {std::move(pinned)};
  next.next_position = end;
  response.set_next_page_token(NextPage(context, *view, next, digest));
  return absl::OkStatus();
}

}  // namespace muster::server

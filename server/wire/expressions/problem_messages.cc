#include "server/wire/expressions/problem_messages.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/node_paths.h"
#include "text/shortened.h"
#include "text/utf8.h"

namespace muster::server {
namespace {

// Of a name or a value: a tag's longest is 128 bytes.
constexpr size_t kMaxSubjectBytes = 200;

v1::WarningReason WarningReasonOf(index::Reason reason) {
  v1::WarningReason encoded = v1::WARNING_REASON_UNSPECIFIED;
  v1::WarningReason_Parse(absl::StrCat("WARNING_REASON_", std::string(index::ReasonName(reason))), &encoded);
  return encoded;
}

std::string Shown(const std::string& name) { return Shortened(MendUtf8(name), {.bytes = kMaxSubjectBytes}); }

// The places of the problems of one expression.
class Places {
 public:
  Places(std::string_view field, const v1::ExpressionSource& expression,
         const std::vector<query::Problem>& problems)
      : text_(expression.has_text() ? &expression.text() : nullptr),
        whole_(absl::StrCat(std::string(field), text_ != nullptr ? ".text" : ".tree")) {
    if (text_ != nullptr) return;
    std::set<int32_t> nodes;
    for (const query::Problem& problem : problems) nodes.insert(problem.span.node);
    paths_ = PathsOfNodes(expression.tree(), whole_, nodes);
  }

  bool HasPlace(const query::Problem& problem) const { return text_ != nullptr && problem.span.offset >= 0; }
  // REQUIRES: HasPlace(problem).
  query::Place PlaceOf(const query::Problem& problem) const {
    return query::PlaceOf(*text_, problem.span.offset);
  }
  // The field of the text, or of the node.
  const std::string& PathOf(const query::Problem& problem) const {
    const auto found = paths_.find(problem.span.node);
    return found == paths_.end() ? whole_ : found->second;
  }

 private:
  const std::string* const text_;  // null for a tree
  const std::string whole_;
  std::map<int32_t, std::string> paths_;
};

// Fills the fields that ExpressionProblem and Warning share.
template <typename Message>
void EncodePlace(const Places& places, const query::Problem& problem, Message& encoded) {
  encoded.set_offset(-1);
  if (places.HasPlace(problem)) {
    const query::Place place = places.PlaceOf(problem);
    encoded.set_offset(problem.span.offset);
    encoded.set_length(problem.span.length);
    encoded.set_line(place.line);
    encoded.set_column(place.column);
  }
  encoded.set_tag(Shown(problem.about.tag));
  encoded.set_value(Shown(problem.about.value));
  for (const std::string& name : problem.about.nearest) encoded.add_nearest(Shown(name));
}

void EncodeProblem(const Places& places, const query::Problem& problem, v1::ExpressionProblem& encoded) {
  EncodePlace(places, problem, encoded);
  encoded.set_reason(ErrorReasonOf(problem.reason));
  encoded.set_limit(problem.about.limit);
  encoded.set_first_date(problem.about.first_date);
  encoded.set_segment(Shown(problem.about.segment));
  encoded.set_list(Shown(problem.about.list));
}

void AddProblem(const Places& places, const query::Problem& problem, ErrorDetails& details) {
  v1::ExpressionProblem& encoded = *details.problems.add_problems();
  EncodeProblem(places, problem, encoded);
  std::string field = places.PathOf(problem);
  if (encoded.line() > 0) absl::StrAppend(&field, ":", encoded.line(), ":", encoded.column());
  AddViolation(field, problem.message, details.bad);
}

std::map<std::string, std::string> MetadataOf(const query::Subject& about) {
  std::map<std::string, std::string> metadata;
  const auto add = [&metadata](const char* name, const std::string& fact) {
    if (!fact.empty()) metadata[name] = Shown(fact);
  };
  add("tag", about.tag);
  add("segment", about.segment);
  add("list", about.list);
  add("value", about.value);
  add("nearest", about.nearest.empty() ? "" : about.nearest.front());
  add("first_date", about.first_date);
  add("limit", about.limit == 0 ? "" : absl::StrCat(about.limit));
  return metadata;
}

}  // namespace

absl::Status ProblemsError(std::string_view field, const v1::ExpressionSource& expression,
                           const std::vector<query::Problem>& problems) {
  const auto is_wrong = [](const query::Problem& problem) {
    return problem.reason != index::Reason::kUnimplemented;
  };
  const auto first_wrong = std::find_if(problems.begin(), problems.end(), is_wrong);
  const query::Problem& named = first_wrong != problems.end() ? *first_wrong : problems.front();
  const Places places(field, expression, problems);
  ErrorDetails details;
  for (const query::Problem& problem : problems) {
    if (details.bad.field_violations_size() == static_cast<int>(query::kMaxProblems)) break;
    AddProblem(places, problem, details);
  }
  details.reason = named.reason;
  details.metadata = MetadataOf(named.about);
  std::string message = CutSentence(named.message);
  if (places.HasPlace(named)) {
    const query::Place place = places.PlaceOf(named);
    message = absl::StrCat("The expression is wrong at line ", place.line, ", column ", place.column, ": ",
                           message);
  }
  if (problems.size() >= query::kMaxProblems) {
    // The search for problems stopped here; there may be more.
    absl::StrAppend(&message, " (the first of ", problems.size(), " problems that are listed)");
  } else if (problems.size() > 1) {
    absl::StrAppend(&message, " (", problems.size(), " problems in all)");
  }
  const absl::StatusCode code =
      first_wrong != problems.end() ? absl::StatusCode::kInvalidArgument : absl::StatusCode::kUnimplemented;
  return WithDetails(absl::Status(code, message), details);
}

void EncodeProblems(std::string_view field, const v1::ExpressionSource& expression,
                    const std::vector<query::Problem>& problems,
                    google::protobuf::RepeatedPtrField<v1::ParseProblem>& encoded) {
  if (problems.empty()) return;
  const Places places(field, expression, problems);
  for (const query::Problem& problem : problems) {
    if (encoded.size() == static_cast<int>(query::kMaxProblems)) return;
    v1::ParseProblem& added = *encoded.Add();
    added.set_message(MendUtf8(problem.message));
    added.set_path(places.PathOf(problem));
    EncodeProblem(places, problem, *added.mutable_problem());
  }
}

void EncodeWarnings(std::string_view field, const v1::ExpressionSource& expression,
                    const std::vector<query::Problem>& warnings,
                    google::protobuf::RepeatedPtrField<v1::Warning>& encoded) {
  if (warnings.empty()) return;
  const Places places(field, expression, warnings);
  for (const query::Problem& warning : warnings) {
    if (encoded.size() == static_cast<int>(query::kMaxProblems)) return;
    v1::Warning& added = *encoded.Add();
    EncodePlace(places, warning, added);
    added.set_message(warning.message);
    added.set_path(places.PathOf(warning));
    added.set_reason(WarningReasonOf(warning.reason));
  }
}

}  // namespace muster::server

#include "server/answers/parse_answer.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "query/language/formatter.h"
#include "query/language/limits.h"
#include "query/language/parser.h"
#include "query/language/tree_check.h"
#include "query/questions/question_segments.h"
#include "query/questions/question_views.h"
#include "query/questions/understanding.h"
#include "server/answers/asking.h"
#include "server/wire/expressions/expression_encoder.h"
#include "server/wire/expressions/expression_source.h"
#include "server/wire/expressions/problem_messages.h"

namespace muster::server {
namespace {

constexpr char kField[] = "expression";

// The expression's tree: decoded from the request, or parsed from its text. Null when there are problems,
// which are then in the response.
const query::Expression* TreeOf(const v1::ExpressionSource& source, const DecodedExpression& decoded,
                                query::ParseResult& parsed, v1::ParseExpressionResponse& response) {
  if (decoded.tree != nullptr) {
    parsed.problems = query::CheckTree(*decoded.tree);
  } else {
    parsed = query::Parse(decoded.wording.text);
  }
  EncodeProblems(kField, source, parsed.problems, *response.mutable_problems());
  for (const std::string& notice : parsed.notices) response.add_notices(notice);
  if (!parsed.problems.empty()) return nullptr;
  return decoded.tree != nullptr ? decoded.tree.get() : parsed.expression.get();
}

// Binds the names and literals against the population; the response receives problems and warnings.
absl::Status Bind(query::Standpoint at, const v1::ParseExpressionRequest& request,
                  const query::Wording& wording, WorkBudget& budget, v1::ParseExpressionResponse& response) {
  query::QuestionSegments segments(at.view->population(), {}, budget);
  const query::QuestionViews views(std::move(at), budget);
  ASSIGN_OR_RETURN(const query::Understanding understood, query::Understand(wording, views, segments));
  EncodeProblems(kField, request.expression(), understood.problems, *response.mutable_problems());
  EncodeWarnings(kField, request.expression(), understood.warnings, *response.mutable_warnings());
  return absl::OkStatus();
}

}  // namespace

absl::Status ParseExpression(const AnswerContext& context, const v1::ParseExpressionRequest& request,
                             const CallContext& call, v1::ParseExpressionResponse& response) {
  query::Standpoint at;
  if (!request.population().empty()) {
    const std::string no_snapshot;
    ASSIGN_OR_RETURN(at, OpenView(context, {.population = request.population(),
                                            .snapshot = no_snapshot,
                                            .today = request.today(),
                                            .as_of = request.as_of()}));
  }
  ASSIGN_OR_RETURN(const DecodedExpression decoded, DecodeSource(request.expression(), kField));
  query::ParseResult parsed;
  const query::Expression* const tree = TreeOf(request.expression(), decoded, parsed, response);
  RETURN_IF_ERROR(call.budget.Check());
  if (tree != nullptr) {
    response.set_text(query::Format(*tree));
    response.set_canonical(query::CanonicalOf(*tree));
    const int depth = DepthOf(*tree);
    const query::LanguageLimits limits;
    if (depth <= limits.max_tree_depth) {
      *response.mutable_tree() = EncodeExpression(*tree);
    } else {
      response.add_notices(absl::StrCat("The expression is ", depth, " levels deep and a tree has at most ",
                                        limits.max_tree_depth, ", so it is given as text alone."));
    }
  }
  if (tree == nullptr || at.view == nullptr) return absl::OkStatus();
  return Bind(std::move(at), request, decoded.wording, call.budget, response);
}

}  // namespace muster::server

// Options shared by the commands that take an expression.
#ifndef MUSTER_CLIENTS_CLI_QUESTION_OPTIONS_H_
#define MUSTER_CLIENTS_CLI_QUESTION_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace muster::cli {

// The expression and the state it is evaluated on. A plain value.
struct QuestionOptions {
  std::string population;
  std::string expression;    // as the command line gives it; see TakeExpression
  std::string snapshot;      // of a receipt; empty: the current one
  std::string as_of;         // YYYY-MM-DD; empty: the receipt's, or now
  std::string today;         // YYYY-MM-DD; empty: the receipt's, or as_of, or today
  std::string require_date;  // YYYY-MM-DD; empty: none
};

// Adds EXPRESSION and --population, both required, --snapshot, --as-of, --today and --require-date. Returns EXPRESSION, so
// that a command can make it optional.
CLI::Option* AddQuestionOptions(CLI::App& command, QuestionOptions& question);
// Adds only --snapshot, --as-of and --today, in this order.
std::vector<CLI::Option*> AddViewOptions(CLI::App& command, QuestionOptions& question);

// A request of the query service with the fields of `question`, except the expression.
template <typename Request>
Request RequestWithout(const QuestionOptions& question) {
  Request request;
  request.set_population(question.population);
  request.set_snapshot(question.snapshot);
  request.set_as_of(question.as_of);
  request.set_today(question.today);
  if constexpr (requires { request.set_require_date(question.require_date); })
    request.set_require_date(question.require_date);
  return request;
}

// The same, with the text of the expression.
template <typename Request>
Request RequestOf(const QuestionOptions& question, const std::string& text) {
  auto request = RequestWithout<Request>(question);
  request.mutable_expression()->set_text(text);
  return request;
}

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_QUESTION_OPTIONS_H_

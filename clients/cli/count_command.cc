// muster count: how many members an expression selects, or each of many.
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/batch_count.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/plan_table.h"
#include "clients/cli/question_options.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"

namespace muster::cli {
namespace {

struct CountOptions {
  QuestionOptions question;
  std::string batch;
  bool explain = false;
  bool receipt = false;
};

void Explain(Invocation& run, client::Client& client, const QuestionOptions& question,
             const std::string& expression) {
  const auto answer = client.Explain(RequestOf<v1::ExplainExpressionRequest>(question, expression));
  if (!answer.ok()) {
    run.exit_code = ReportFailure(run.terminal, answer.status(), expression);
    return;
  }
  ReportWarnings(run.terminal, answer->warnings(), expression);
  for (const std::string& notice : answer->notices()) WriteNote(run.terminal, notice);
  run.terminal.out << (run.format == Format::kJson  ? JsonOf(*answer)
                       : run.format == Format::kCsv ? PlanCsv(*answer)
                                                    : PlanText(*answer, run.terminal.out_columns));
}

void Count(Invocation& run, const CountOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  if (!options.batch.empty()) {
    CountBatch(run, *client, options.question, options.batch);
    return;
  }
  const auto expression = TakeExpression(run, options.question.expression);
  if (!expression.has_value()) return;
  if (options.explain) {
    Explain(run, *client, options.question, *expression);
    return;
  }
  const auto answer = client->Count(RequestOf<v1::CountMembersRequest>(options.question, *expression));
  if (!answer.ok()) {
    run.exit_code = ReportFailure(run.terminal, answer.status(), *expression);
    return;
  }
  ReportWarnings(run.terminal, answer->warnings(), *expression);
  for (const std::string& notice : answer->notices()) WriteNote(run.terminal, notice);
  if (options.receipt) {
    run.terminal.out << JsonOf(answer->receipt());
  } else if (run.format == Format::kJson) {
    run.terminal.out << JsonOf(*answer);
  } else {
    run.terminal.out << (run.format == Format::kCsv ? "count\n" : "") << answer->count() << "\n";
  }
}

}  // namespace

void AddCountCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<CountOptions>();
  CLI::App& command = *app.add_subcommand("count", "Count the members that an expression selects");
  CLI::Option* const expression = AddQuestionOptions(command, options->question)->required(false);
  CLI::Option* const explain =
      command.add_flag("--explain", options->explain, "Show how the count came about, step by step");
  CLI::Option* const receipt =
      command
          .add_flag("--receipt", options->receipt,
                    "Print the receipt, as JSON, with which the count can be repeated")
          ->excludes(explain);
  CLI::Option* const batch = command
                                 .add_option("--batch", options->batch,
                                             "Count many expressions of one snapshot: FILE (- for standard "
                                             "input) has one a line, and the answer "
                                             "one count a line")
                                 ->check(CheckGiven)
                                 ->excludes(expression)
                                 ->excludes(explain)
                                 ->excludes(receipt)
                                 ->type_name("FILE");
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.footer(
      "# begins a comment, up to the end of its line. In a shell's double quotes, back\n"
      "quotes run a command: write such an expression in single quotes, or in a file\n"
      "(@segment.txt).\n\n"
      "Of a --batch, empty lines and lines with a comment alone are passed over. A\n"
      "refused expression has an empty line in its place (json, csv: its error),\n"
      "standard error names its line, and the exit code is 1. When the server can't be\n"
      "asked, nothing is printed.\n\n"
      "Examples:\n"
      "  muster count -p shop \"gender = '女' AND city = '上海'\"\n"
      "  muster count -p shop 'order_amount_90d >= 500 AND NOT sms_consent = false'\n"
      "  muster count -p shop --explain \"vip AND interests IN ('运动', '户外')\"\n"
      "  muster count -p shop @segment.txt\n"
      "  muster count -p shop --batch segments.txt --format csv > sizes.csv");
  command.callback([&run, options, expression, batch] {
    if (expression->empty() && batch->empty()) throw CLI::RequiredError("EXPRESSION or --batch");
    Count(run, *options);
  });
}

}  // namespace muster::cli

#include "clients/cli/question_options.h"

#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"

namespace muster::cli {

CLI::Option* AddQuestionOptions(CLI::App& command, QuestionOptions& question) {
  AddPopulationOption(command, question.population);
  CLI::Option* const expression =
      command
          .add_option("EXPRESSION", question.expression,
                      "An expression, @FILE that holds one, or - for standard input")
          ->required()
          ->type_name("");
  AddViewOptions(command, question);
  command
      .add_option("--require-date", question.require_date,
                  "Refuse to answer if a tag of the expression is older than this date")
      ->check(CheckDate)
      ->type_name("YYYY-MM-DD");
  return expression;
}

std::vector<CLI::Option*> AddViewOptions(CLI::App& command, QuestionOptions& question) {
  CLI::Option* const snapshot =
      command
          .add_option("--snapshot", question.snapshot,
                      "Ask again as of an answer: the snapshot of its receipt (`muster count --receipt`)")
          ->check(CheckGiven)
          ->type_name("TOKEN");
  CLI::Option* const as_of =
      command
          .add_option(
              "--as-of", question.as_of,
              "Ask of the state as of a date: what loads of up to that date say. Default: now, or the "
              "view of --snapshot")
          ->check(CheckDate)
          ->type_name("YYYY-MM-DD");
  CLI::Option* const today =
      command
          .add_option("--today", question.today,
                      "What TODAY stands for. Default: the receipt's day, the date of --as-of, or today")
          ->check(CheckDate)
          ->type_name("YYYY-MM-DD");
  return {snapshot, as_of, today};
}

}  // namespace muster::cli

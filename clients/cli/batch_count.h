// muster count --batch: how many members each of many expressions selects.
#ifndef MUSTER_CLIENTS_CLI_BATCH_COUNT_H_
#define MUSTER_CLIENTS_CLI_BATCH_COUNT_H_

#include <string>

#include "clients/cli/invocation.h"
#include "clients/cli/question_options.h"

namespace muster::cli {

// Counts the expressions of the file at `path` (see ReadBatch), all from one snapshot in as many calls as
// they need, and writes the counts in order once all are there. An expression that is refused has an empty
// line in its place, its error goes to standard error, and the exit code is kFailed.
void CountBatch(Invocation& run, client::Client& client, const QuestionOptions& question,
                const std::string& path);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_BATCH_COUNT_H_

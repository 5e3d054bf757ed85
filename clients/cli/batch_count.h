// muster count --batch: counts the members of many expressions.
#ifndef MUSTER_CLIENTS_CLI_BATCH_COUNT_H_
#define MUSTER_CLIENTS_CLI_BATCH_COUNT_H_

#include <string>

#include "clients/cli/invocation.h"
#include "clients/cli/question_options.h"

namespace muster::cli {

// Counts the expressions of the file at `path` (see ReadBatch), all from one snapshot, in as many calls as
// necessary, and writes the counts in order once all have arrived. A refused expression gets an empty line in
// its place and an error on standard error, and makes the exit code kFailed.
void CountBatch(Invocation& run, client::Client& client, const QuestionOptions& question,
                const std::string& path);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_BATCH_COUNT_H_

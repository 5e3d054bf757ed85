// What a load that ended successfully answers.
#ifndef MUSTER_SERVER_ANSWERS_LOADS_LOAD_OUTCOME_H_
#define MUSTER_SERVER_ANSWERS_LOADS_LOAD_OUTCOME_H_

#include <string>

#include "index/loading/plan/load_spec.h"
#include "muster/v1/load_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/log/event_log.h"

namespace muster::server {

// The answer. `population`: its name.
v1::LoadRecordsResponse AnswerOf(const AnswerContext& context, const std::string& population,
                                 const index::LoadResult& result);
// Notes the result for the log's line; returns the state that the line says.
std::string NoteResult(const index::LoadResult& result, LoadEvent& event);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_LOADS_LOAD_OUTCOME_H_

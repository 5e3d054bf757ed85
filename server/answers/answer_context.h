// What every answer needs.
#ifndef MUSTER_SERVER_ANSWERS_ANSWER_CONTEXT_H_
#define MUSTER_SERVER_ANSWERS_ANSWER_CONTEXT_H_

#include "index/population/database.h"
#include "server/answers/saved/rejected_records.h"
#include "server/answers/value_listings.h"
#include "server/log/event_log.h"
#include "server/wire/page_token.h"

namespace muster::server {

// References to the parts of the server, each thread-safe. Lifetime: all outlive the answers.
struct AnswerContext {
  index::Database& database;
  const Tokens& tokens;
  ValueListings& value_listings;
  EventLog& events;
  RejectedRecords& rejected;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_ANSWER_CONTEXT_H_

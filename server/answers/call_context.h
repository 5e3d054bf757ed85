// What an answer knows of its call, whatever transport it came by.
#ifndef MUSTER_SERVER_ANSWERS_CALL_CONTEXT_H_
#define MUSTER_SERVER_ANSWERS_CALL_CONTEXT_H_

#include <string>

#include "absl/time/time.h"
#include "index/concurrency/work_budget.h"
#include "query/execution/scan_helpers.h"

namespace muster::server {

// Who calls. There are no identities, so all that is known is where a call comes from. A plain value.
struct Principal {
  std::string address;  // as the transport writes it: `ipv4:127.0.0.1:43210`
};

// One call in one turn of a thread. Everything is borrowed for the turn. A budget that runs out means that
// the answer begins anew in a longer turn: until then an answer changes nothing.
struct CallContext {
  const Principal& principal;
  WorkBudget& budget;                            // says when the deadline has passed
  absl::Time deadline = absl::InfiniteFuture();  // when the caller gives up
  query::ScanHelpers* helpers = nullptr;         // threads that a scan may borrow; null: none
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_CALL_CONTEXT_H_

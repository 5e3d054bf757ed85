// What an answer knows about its call, independent of the transport.
#ifndef MUSTER_SERVER_ANSWERS_CALL_CONTEXT_H_
#define MUSTER_SERVER_ANSWERS_CALL_CONTEXT_H_

#include <string>

#include "index/concurrency/work_budget.h"
#include "query/execution/scan_helpers.h"

namespace muster::server {

// The caller. There are no identities, so only its address is known. A plain value.
struct Principal {
  std::string address;  // as the transport writes it: `ipv4:127.0.0.1:43210`
};

// One call in one turn of a thread. All references are valid for the turn. When the budget runs out, the
// answer starts over in a longer turn, so it must not change anything before that.
struct CallContext {
  const Principal& principal;
  WorkBudget& budget;                     // also reports when the caller's deadline has passed
  query::ScanHelpers* helpers = nullptr;  // threads that a scan may borrow; null: none
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_CALL_CONTEXT_H_

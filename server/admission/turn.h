// One turn of a call: its budget and its lane.
#ifndef MUSTER_SERVER_ADMISSION_TURN_H_
#define MUSTER_SERVER_ADMISSION_TURN_H_

#include <cstddef>
#include <cstdint>

#include "index/concurrency/work_budget.h"
#include "server/admission/worker_pool.h"

namespace muster::server {

// How long a call may work before it restarts in the next turn. A call whose budget runs out starts over.
enum class Turn : uint8_t {
  kAtOnce,  // well below a millisecond, on the transport's thread: handing the call over would cost
            // more than answering it
  kShort,   // some milliseconds, on a worker for short questions
  kLong,    // without limit
};

// Larger requests start on a worker, or even among the long questions, because parsing and binding them may
// take a millisecond or more.
inline constexpr size_t kMaxAtOnceRequestBytes = 1u << 10;
inline constexpr size_t kMaxShortRequestBytes = 16u << 10;

// The first turn of a request of `bytes` bytes: `turn`, or a longer one for large requests.
Turn FirstTurn(size_t bytes, Turn turn);
// The turn that follows `turn` when its budget ran out. REQUIRES: `turn` isn't kLong.
Turn NextTurn(Turn turn);
// The budget of a turn that starts now.
WorkLimits LimitsOf(Turn turn);
// The lane of the worker pool in which a turn is queued.
Lane LaneOf(Turn turn);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_TURN_H_

// How long a thread works at a call before the call begins anew elsewhere.
#ifndef MUSTER_SERVER_ADMISSION_TURN_H_
#define MUSTER_SERVER_ADMISSION_TURN_H_

#include <cstddef>
#include <cstdint>

#include "index/concurrency/work_budget.h"
#include "server/admission/worker_pool.h"

namespace muster::server {

// A call whose budget runs out in one turn begins anew in the next.
enum class Turn : uint8_t {
  kAtOnce,  // a part of a millisecond, on the transport's thread: handing such a call over costs more than
            // answering it
  kShort,   // some milliseconds, on a worker for short questions
  kLong,    // as much as it takes
};

// A longer request begins on a worker, or even among the long questions: understanding it may take a
// millisecond, or many.
inline constexpr size_t kMaxAtOnceRequestBytes = 1u << 10;
inline constexpr size_t kMaxShortRequestBytes = 16u << 10;

// With which turn a request of that size begins that could begin with `turn`.
Turn FirstTurn(size_t bytes, Turn turn);
// The turn after one that was too short. REQUIRES: it wasn't kLong.
Turn NextTurn(Turn turn);
// What may be spent in one that begins now.
WorkLimits LimitsOf(Turn turn);
// Where it waits for a worker.
Lane LaneOf(Turn turn);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_TURN_H_

#include "server/admission/turn.h"

#include <algorithm>
#include <chrono>

namespace muster::server {
namespace {

// The time after which the transport's thread passes a call to a worker; until then it reads no sockets.
// Estimates keep nearly all calls far below this. The limit serves pages that come from a disk, and wrong
// estimates.
constexpr std::chrono::milliseconds kMostAtOnce(5);

// How many values of tags a short turn may read (some milliseconds), and a turn at once.
constexpr uint64_t kMaxShortValues = 16'384;
constexpr uint64_t kMaxAtOnceValues = 256;
// How many chunks of bitsets a short turn may read: 256 MiB, of which five dense tags of 100 million members
// take a quarter. A turn at once: 4 MiB.
constexpr uint64_t kMaxShortChunks = 32'768;
constexpr uint64_t kMaxAtOnceChunks = 512;

}  // namespace

Turn FirstTurn(size_t bytes, Turn turn) {
  if (bytes > kMaxShortRequestBytes) return Turn::kLong;
  return bytes > kMaxAtOnceRequestBytes ? std::max(turn, Turn::kShort) : turn;
}

Turn NextTurn(Turn turn) { return turn == Turn::kAtOnce ? Turn::kShort : Turn::kLong; }

WorkLimits LimitsOf(Turn turn) {
  switch (turn) {
    case Turn::kAtOnce:
      return {.values = kMaxAtOnceValues,
              .chunks = kMaxAtOnceChunks,
              .until = std::chrono::steady_clock::now() + kMostAtOnce};
    case Turn::kShort:
      return {.values = kMaxShortValues, .chunks = kMaxShortChunks};
    case Turn::kLong:
      break;
  }
  return {};
}

Lane LaneOf(Turn turn) { return turn == Turn::kLong ? Lane::kLongQuestion : Lane::kQuestion; }

}  // namespace muster::server

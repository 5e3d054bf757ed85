#include "server/admission/turn.h"

#include <algorithm>
#include <chrono>

namespace muster::server {
namespace {

// After which the transport's thread gives a call up to a worker: what it does meanwhile is to read sockets.
// Estimates keep nearly all calls far below; this is for pages that come from a disk, and for estimates that
// err.
constexpr std::chrono::milliseconds kMostAtOnce(5);

// Values of tags that are looked at in a short turn, some milliseconds, and at once.
constexpr uint64_t kMaxShortValues = 16'384;
constexpr uint64_t kMaxAtOnceValues = 256;
// Chunks of bitsets that are read in a short turn: 256 MiB. Five dense tags of 100 million members take a
// quarter. And at once: 4 MiB.
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

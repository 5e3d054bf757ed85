// Which of its ways an evaluation took: what EXPLAIN says of a node.
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_CHUNK_WAY_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_CHUNK_WAY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace muster::query {

// The way of one node in one chunk.
enum class ChunkWay : uint8_t {
  kDecided,      // whole or empty, known from containers' directories and operands that decide
  kArray,        // a row: its values, two bytes each
  kBitset,       // a row: 8 KiB
  kRuns,         // a row: stretches of members
  kFlips,        // a row: its image and the edges of loads, put together
  kOnePart,      // of all operands or rows only one holds somebody, or excludes somebody: its set is taken
  kLookedUp,     // AND: the values of a short list were looked up in the other operands
  kFused,        // AND: bitsets went through registers together, eight a pass
  kUnited,       // OR: bitsets united, lists set in one bitset
  kInRegisters,  // AT LEAST: counted by adders in registers
  kInBytes,      // AT LEAST: the values of short lists counted one by one
  kInPlanes,     // AT LEAST: counted in planes of memory
  kAsAllOf,      // AT LEAST: as many as are left, so they were intersected
  kAsAnyOf,      // AT LEAST: one of those that are left, so they were united
  kBySlices,     // comparison: bit slices walked from the top; list: put together and looked up
};
inline constexpr size_t kChunkWays = static_cast<size_t>(ChunkWay::kBySlices) + 1;

// In how many chunks, by way.
using WayCounts = std::array<uint64_t, kChunkWays>;

// A word or two for people; docs/commands.md says what they mean.
std::string_view NameOf(ChunkWay way);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_CHUNK_WAY_H_

// The methods by which nodes are evaluated, for EXPLAIN.
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_CHUNK_WAY_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_CHUNK_WAY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace muster::query {

// The method used for one node in one chunk.
enum class ChunkWay : uint8_t {
  kDecided,      // whole or empty: known from containers' directories and deciding operands
  kArray,        // a row: its values, two bytes each
  kBitset,       // a row: 8 KiB
  kRuns,         // a row: ranges of members
  kFlips,        // a row: its image combined with the edges of loads
  kOnePart,      // only one operand or row is neither empty nor neutral: its set is used
  kLookedUp,     // AND: the values of a short list were looked up in the other operands
  kFused,        // AND: bitsets intersected together in registers, eight per pass
  kUnited,       // OR: bitsets united, lists set in one bitset
  kInRegisters,  // AT LEAST: counted by adders in registers
  kInBytes,      // AT LEAST: the values of short lists are counted one by one
  kInPlanes,     // AT LEAST: counted in planes in memory
  kAsAllOf,      // AT LEAST: all open operands are needed, so they were intersected
  kAsAnyOf,      // AT LEAST: one of the open operands suffices, so they were united
  kBySlices,     // comparison, stored BUCKET: bit slices walked from the top; list: assembled and looked up
  kHashed,       // BUCKET: ids read and hashed, at least those of members whose buckets are not stored
};
inline constexpr size_t kChunkWays = static_cast<size_t>(ChunkWay::kHashed) + 1;

// The number of chunks by way.
using WayCounts = std::array<uint64_t, kChunkWays>;

// The name for people, a word or two; docs/commands.md explains them.
std::string_view NameOf(ChunkWay way);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_CHUNK_WAY_H_

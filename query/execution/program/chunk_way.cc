#include "query/execution/program/chunk_way.h"

namespace muster::query {

std::string_view NameOf(ChunkWay way) {
  switch (way) {
    case ChunkWay::kDecided:
      return "unread";
    case ChunkWay::kArray:
      return "array";
    case ChunkWay::kBitset:
      return "bitset";
    case ChunkWay::kRuns:
      return "runs";
    case ChunkWay::kFlips:
      return "with edges";
    case ChunkWay::kOnePart:
      return "one operand";
    case ChunkWay::kLookedUp:
      return "looked up";
    case ChunkWay::kFused:
      return "fused";
    case ChunkWay::kUnited:
      return "united";
    case ChunkWay::kInRegisters:
      return "registers";
    case ChunkWay::kInBytes:
      return "lists";
    case ChunkWay::kInPlanes:
      return "planes";
    case ChunkWay::kAsAllOf:
      return "as ALL OF";
    case ChunkWay::kAsAnyOf:
      return "as ANY OF";
    case ChunkWay::kBySlices:
      return "slices";
    case ChunkWay::kHashed:
      return "hashed";
  }
  return "";
}

}  // namespace muster::query

// Saved segments: expressions stored under a name.
#ifndef MUSTER_INDEX_SEGMENTS_SEGMENT_H_
#define MUSTER_INDEX_SEGMENTS_SEGMENT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "index/catalog/saved_pin.h"
#include "index/storage/identity.h"

namespace muster::index {

inline constexpr size_t kSegmentsPerPopulationMax = 10'000;
// Applies to a definition's text and to its canonical text, which are written in one transaction.
inline constexpr size_t kSegmentTextBytesMax = size_t{512} << 10;
// The limit of segments and of id lists that one definition names: each is a key in the same transaction.
inline constexpr size_t kSegmentUsesMax = 128;

// The definition of a segment. A plain value. The store doesn't parse expressions: the caller has
// parsed and checked the definition.
struct SegmentDefinition {
  std::string text;                // as its author wrote it
  std::string canonical;           // its canonical text
  std::vector<std::string> uses;   // the segments that it names, in normal form C; ascending, each once
  std::vector<std::string> lists;  // the id lists that it names, likewise
  // The first kSaltsPerPopulationMax salts of its BUCKETs, in normal form C and without the byte 0;
  // ascending, each once.
  std::vector<std::string> salts;
};

// A plain value.
struct Segment {
  std::string name;  // in normal form C
  SegmentDefinition definition;
  // Identifies this definition. Random, so that it is unique across this store and restored copies of it.
  Identity identity = 0;
  uint32_t version = 0;  // number of definitions of the segment so far, this one included
  absl::Time created, updated;
};
using SegmentPtr = std::shared_ptr<const Segment>;

// The pin of the segment's current definition.
SavedPin PinOf(const Segment& segment);
// SavedPin::name of the segment `name`, which is in normal form C.
uint64_t SegmentNameSum(std::string_view name);

}  // namespace muster::index

#endif  // MUSTER_INDEX_SEGMENTS_SEGMENT_H_
